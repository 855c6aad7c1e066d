"""双考评: what streets think of departments, and departments of streets."""
