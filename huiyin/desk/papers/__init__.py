"""Papers at the desk: steps off the plain road, applications and the rulings on them."""
