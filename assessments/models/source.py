"""A configured account on a platform: where telemetry comes from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SourceState(models.TextChoices):
    NEW = "new", _("Not synchronized yet")
    WELL = "well", _("Well")
    FAILING = "failing", _("Failing")
    PAUSED = "paused", _("Paused")


class Source(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="sources"
    )
    # Where services that it mentions for the first time are put in the organization.
    scope = models.ForeignKey(
        "Scope", on_delete=models.RESTRICT, related_name="sources"
    )
    # A connector's kind, or "push" for events sent to us.
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=500, blank=True)
    # Fernet token; never shown again, never logged.
    credential = models.BinaryField(null=True, blank=True)
    # Which budget its requests come out of.
    credential_mark = models.CharField(max_length=64, blank=True)
    # SHA-256 of the token with which events are pushed to this source.
    push_token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    # What counts as production, a deployment, an incident: the connector's rules.
    rules = models.JSONField(default=dict, blank=True)
    # Opaque to everyone but the connector.
    cursor = models.JSONField(default=dict, blank=True)
    every_minutes = models.PositiveIntegerField(default=60)
    simulated = models.BooleanField(default=False)
    state = models.CharField(
        max_length=20, choices=SourceState.choices, default=SourceState.NEW
    )
    failures = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    # Kept by the writer of events, so that no page counts a million rows.
    event_count = models.PositiveBigIntegerField(default=0)
    newest_event_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["push_token_digest"],
                condition=~Q(push_token_digest=""),
                name="one_source_per_push_token",
            ),
        )
