"""A typed fact of the event contract, upserted by (source, kind, id)."""

from django.db import models


class Event(models.Model):
    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="events"
    )
    service = models.ForeignKey(
        "Service", on_delete=models.CASCADE, related_name="events"
    )
    kind = models.CharField(max_length=20)
    # `id` of the contract; the sha for a commit.
    external_id = models.CharField(max_length=250)
    lane = models.CharField(max_length=10, blank=True)
    # When it happened: finished, merged, committed, opened …
    at = models.DateTimeField()
    # The event as `scoring.events.dump` writes it; the columns above are its index.
    data = models.JSONField()
    raw_record = models.ForeignKey(
        "RawRecord",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
    )

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=["service", "kind", "at"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["source", "kind", "external_id"], name="one_event_per_identity"
            ),
        )
