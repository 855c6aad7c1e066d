"""Pages of the papers on what counts: exclusion (剔除) and appeal (申诉)."""
