"""An event that its platform no longer has: set aside, and back when it is seen."""

from django.db import models


class Vanished(models.Model):
    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="vanished"
    )
    service = models.ForeignKey(
        "Service", on_delete=models.CASCADE, related_name="vanished"
    )
    kind = models.CharField(max_length=20)
    external_id = models.CharField(max_length=250)
    at = models.DateTimeField()
    # The event as it was last told.
    data = models.JSONField()
    gone_since = models.DateTimeField()
    # Commits and changes happened, whatever became of the branch: they still count.
    counted = models.BooleanField()

    class Meta:
        ordering = ("-gone_since", "-at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "kind", "external_id"],
                name="one_vanished_per_identity",
            ),
        )
