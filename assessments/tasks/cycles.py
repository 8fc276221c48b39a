"""Celery doors: cycles."""
