"""Papers on what counts: exclusion (剔除) and appeal (申诉), ruled on from outside the unit."""
