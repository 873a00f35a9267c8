"""What a database holds: one typed, canonical description, read in a few bulk catalog queries."""
