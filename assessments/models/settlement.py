"""The level that was agreed on for a topic, by whom and why; append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Settlement(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="settlements"
    )
    topic = models.CharField(max_length=40)
    # Null: an earlier settlement is taken back, and the ratings count again.
    level = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    reason = models.TextField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["cycle", "topic"]),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""), name="settlement_has_a_reason"
            ),
        )
