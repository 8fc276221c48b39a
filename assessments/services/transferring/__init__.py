"""A workspace as a file: written here, read in elsewhere, nothing lost."""
