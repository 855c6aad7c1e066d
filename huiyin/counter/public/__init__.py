"""Public matters at the counter: reading, following and joining them."""
