"""Where a request stands off the plain road, as its resident may read it."""
