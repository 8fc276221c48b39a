"""What a platform pushed: one row a delivery, until a worker has done what it asks."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a worker")
    TAKEN = "taken", _("A worker is at it")
    DONE = "done", _("Done")
    IDLE = "idle", _("Nothing of interest")
    GARBLED = "garbled", _("Not understood")
    LEFT = "left", _("Left to polling")


class Delivery(models.Model):
    hook = models.ForeignKey(
        "Hook", on_delete=models.CASCADE, related_name="deliveries"
    )
    # What makes it this one and no other: a name that its signature vouches for, or
    # the digest of its body.
    identity = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    # What it brings, without people: [{"sort", "body"}] until they are stored, and
    # [{"listing", "identity"}] of rows to read again. The body itself is not kept.
    payloads = models.JSONField(default=list, blank=True)
    knocks = models.JSONField(default=list, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    events = models.PositiveIntegerField(default=0)
    # Why it is not done, or not done yet.
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["hook", "identity"], name="one_delivery_per_identity"
            ),
        )
        indexes = (
            models.Index(
                fields=["hook", "next_attempt_at"],
                condition=Q(state__in=["waiting", "taken"]),
                name="delivery_to_do",
            ),
            models.Index(fields=["received_at"], name="delivery_by_age"),
        )
