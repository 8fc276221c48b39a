"""Which production deployment first carried a change, and what that took."""

from django.db import models


class Carriage(models.Model):
    service = models.ForeignKey(
        "Service", on_delete=models.CASCADE, related_name="carriages"
    )
    lane = models.CharField(max_length=10)
    # The sha of a commit, or the id of a change.
    change = models.CharField(max_length=250)
    deployment = models.ForeignKey(
        "Event", on_delete=models.CASCADE, related_name="carries"
    )
    started_at = models.DateTimeField()
    deployed_at = models.DateTimeField()
    # Null for the first deployment of a service: it has no predecessor.
    lead_seconds = models.FloatField(null=True, blank=True)
    # How the link was found: "graph", "sha", "time", "version".
    basis = models.CharField(max_length=10)

    class Meta:
        ordering = ("deployed_at", "pk")
        indexes = (
            models.Index(fields=["service", "lane", "deployed_at"]),
            # The last that went out, whichever service's.
            models.Index(fields=["deployed_at"], name="carriage_by_when_it_went_out"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["service", "lane", "change"],
                name="one_first_deployment_per_change",
            ),
        )
