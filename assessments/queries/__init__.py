"""The only readers for show: keyword-only functions that return frozen rows."""
