"""Connectors: git."""
