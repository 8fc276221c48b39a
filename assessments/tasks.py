"""Celery doors: ids in, one service call, nothing returned."""
