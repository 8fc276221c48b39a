"""Celery doors: heartbeat."""
