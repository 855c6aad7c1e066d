"""Pages of the two-way assessment."""
