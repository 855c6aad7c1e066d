"""双考评: what streets think of departments, departments of streets, residents of utilities."""
