"""Who did what to which object, and when; append-only."""

from django.conf import settings
from django.db import models


class JournalEntry(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="journal"
    )
    at = models.DateTimeField()
    # Null: the product itself, on schedule.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    # noun.verbed
    verb = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=40)
    target_id = models.BigIntegerField()
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-pk",)
