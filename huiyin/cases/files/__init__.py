"""Photos and documents of cases."""
