"""A walk through a window of a source, in slices beside its synchronizations."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WalkState(models.TextChoices):
    WAITING = "waiting", _("Waiting for its turn")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Purpose(models.TextChoices):
    # The years before the source was connected.
    PAST = "past", _("Read the past")
    # The last days once more, for what was corrected or deleted.
    AGAIN = "again", _("Read again")


class Backfill(models.Model):
    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="backfills"
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    state = models.CharField(
        max_length=20, choices=WalkState.choices, default=WalkState.WAITING
    )
    # From the newest back to the oldest; `until` is null where it is what is newest.
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    # Everything from here on is read.
    reached = models.DateTimeField(null=True, blank=True)
    # Opaque to everyone but the connector.
    cursor = models.JSONField(default=dict, blank=True)
    pages = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    # What the platform was asked for and stored, without the pauses between slices.
    worked_seconds = models.FloatField(default=0)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    # Renewed with each page: a slice that stopped renewing has died and is reaped.
    seen_alive_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["source", "purpose"],
                condition=Q(state__in=["waiting", "running", "paused"]),
                name="one_backfill_at_a_time",
            ),
        )
