"""A disagreement about a topic that somebody has to settle by a day."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Dispute(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="disputes"
    )
    topic = models.CharField(max_length=40)
    text = models.TextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    resolution = models.TextField(blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["cycle", "topic"],
                condition=Q(resolved_at=None),
                name="one_open_dispute_per_topic",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | ~Q(resolution=""),
                name="resolved_dispute_says_how",
            ),
        )
