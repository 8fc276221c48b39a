"""Cycles that were planned together: one for each of several units."""

from django.db import models


class Campaign(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="campaigns"
    )
    title = models.CharField(max_length=160)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
