"""Finding cases from outside a list: by a caller's number, or behind a figure."""
