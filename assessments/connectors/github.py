"""Connectors: github."""
