"""A meeting around one screen: which topic is on it, and whether ratings show."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Workshop(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="workshops"
    )
    topic = models.CharField(max_length=40)
    revealed = models.BooleanField(default=False)
    led_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(ended_at=None),
                name="one_workshop_at_a_time",
            ),
        )
