"""Applications and rulings, and the words that papers need."""
