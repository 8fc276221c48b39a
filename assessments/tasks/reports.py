"""Celery doors: reports."""
