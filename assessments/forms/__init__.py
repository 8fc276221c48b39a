"""Validate a dictionary of strings; choices are handed in; nothing is saved here."""
