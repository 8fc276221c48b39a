"""Connectors: registry."""
