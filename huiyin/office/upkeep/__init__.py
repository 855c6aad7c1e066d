"""Looking after a city: what stands, what is to be done, and its backups."""
