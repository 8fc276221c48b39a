"""The level that telemetry proposes for one criterion, as one scoring found it."""

from django.db import models


class Proposal(models.Model):
    scoring = models.ForeignKey(
        "Scoring", on_delete=models.CASCADE, related_name="proposals"
    )
    criterion = models.CharField(max_length=40)
    topic = models.CharField(max_length=40)
    level = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    because = models.JSONField(default=list)
    # False where there is nothing of the sort to measure: it counts for nothing.
    applicable = models.BooleanField(default=True)

    class Meta:
        ordering = ("criterion", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["scoring", "criterion"], name="one_proposal_per_criterion"
            ),
        )
