"""Who did what to which object, when and why; append-only and chained by hashes."""

from django.conf import settings
from django.db import models


class JournalEntry(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="journal"
    )
    # From 1, without a gap, in each workspace.
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    # Null: the product itself, on schedule; or the account is gone.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    # The number of the person, which stays when the account goes.
    actor = models.BigIntegerField(null=True, blank=True)
    # noun.verbed
    verb = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=40)
    target_id = models.BigIntegerField()
    detail = models.JSONField(default=dict, blank=True)
    why = models.TextField(blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    # Of the entry before; of this entry, by `scoring.sealing.Link`.
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["workspace", "target_kind", "target_id"]),
            models.Index(fields=["workspace", "actor"]),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "sequence"], name="one_entry_per_place_in_chain"
            ),
        )
