"""An edition of a framework, parsed from plain data."""
