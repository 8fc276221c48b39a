"""Connectors: base."""
