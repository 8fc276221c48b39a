"""The catalog of metrics, one file for each subject; the registry joins them."""
