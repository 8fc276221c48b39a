"""The rows of queries as JSON, and what is sent, by noun."""
