"""Joint work at the desk: whistles, the parts of other units, field operations, marks."""
