"""An event that its platform told of when its last days were read again."""

from django.db import models


class Sighting(models.Model):
    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="sightings"
    )
    kind = models.CharField(max_length=20)
    external_id = models.CharField(max_length=250)
    # Where its list orders it: only what is within a window can be missed there.
    at = models.DateTimeField()
    # Which walk saw it last, by number, and how many did not see it since.
    walk = models.BigIntegerField()
    missed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("at", "pk")
        indexes = (
            models.Index(fields=["source", "at"], name="sighting_by_source_and_time"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["source", "kind", "external_id"],
                name="one_sighting_per_identity",
            ),
        )
