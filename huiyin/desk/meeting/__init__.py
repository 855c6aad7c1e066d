"""Pages of the review meeting."""
