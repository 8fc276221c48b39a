"""Read-only look-up of the tables for operators."""
