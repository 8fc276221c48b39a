"""Which topic of which cycle a piece of evidence supports."""

from django.conf import settings
from django.db import models


class Support(models.Model):
    evidence = models.ForeignKey(
        "Evidence", on_delete=models.CASCADE, related_name="supports"
    )
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="supports"
    )
    topic = models.CharField(max_length=40)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["cycle", "topic"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["evidence", "cycle", "topic"],
                name="one_support_per_evidence_and_topic",
            ),
        )
