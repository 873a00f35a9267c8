"""What gates found, written for other programs."""
