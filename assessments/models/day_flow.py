"""What one day tells of a service in a lane beside its rollup: stages, pipelines."""

from django.db import models


class DayFlow(models.Model):
    service = models.ForeignKey(
        "Service",
        on_delete=models.CASCADE,
        related_name="day_flows",
        db_index=False,  # the constraint begins with it
    )
    lane = models.CharField(max_length=10)
    day = models.DateField()
    # Samples and counts by `scoring.rollups.Told`, as `scoring.columns.flows` packs.
    told = models.BinaryField(default=b"")
    # How often each gate of a pipeline let runs pass and stopped them, by its name.
    gates = models.JSONField(default=dict)

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["service", "lane", "day"],
                name="one_flow_per_service_lane_and_day",
            ),
        )
