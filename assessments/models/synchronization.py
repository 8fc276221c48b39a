"""One collection from a source: its progress and how it ended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SyncState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a worker")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Synchronization(models.Model):
    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="synchronizations"
    )
    state = models.CharField(
        max_length=20, choices=SyncState.choices, default=SyncState.WAITING
    )
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    # Renewed with each page: a run that stopped renewing has died and is reaped.
    seen_alive_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    # What is being read at the moment, in words.
    doing = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_synchronization_at_a_time",
            ),
        )
