"""What units of the demo city ask for about what counts."""
