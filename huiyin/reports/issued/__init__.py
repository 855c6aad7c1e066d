"""Reports that are issued once: kept as they were, corrected by number, sent to readers."""
