"""Reports in which nothing is in doubt, read without asking each doubt in turn."""
