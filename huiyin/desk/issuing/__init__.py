"""Issued reports at the desk: read, issued, corrected, mailed."""
