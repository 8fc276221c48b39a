"""Service levels: objectives are defined, counted, watched and reviewed here."""
