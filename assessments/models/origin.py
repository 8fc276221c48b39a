"""Where an imported workspace came from: what its rows and people were called there."""

from django.db import models


class Origin(models.Model):
    workspace = models.OneToOneField(
        "Workspace",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="origin",
    )
    arrived_at = models.DateTimeField()
    # How many entries of the journal were written before it came here.
    entries = models.PositiveBigIntegerField()
    # {"shifts": {kind: n}, "pairs": {kind: {number here: number there}}}, as
    # `queries.numbering` reads it.
    numbers = models.JSONField()

    class Meta:
        ordering = ("pk",)
