"""Drawings of the server for pages: vectors in the page's own colors, with links."""
