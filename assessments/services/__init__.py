"""The only writers: keyword-only verbs, one transaction each, journaled."""
