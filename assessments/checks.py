"""Django system checks with ids (assessments.E001…): settings, editions, sources."""
