"""Pages of the two-way assessment, and of each official's own workload."""
