"""Connectors: http."""
