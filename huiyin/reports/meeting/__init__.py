"""The review meeting (点评会): its agenda, the pages of the units, what was decided."""
