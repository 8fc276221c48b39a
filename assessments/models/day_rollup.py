"""The counts and samples of one service, lane and day."""

from django.db import models


class DayRollup(models.Model):
    service = models.ForeignKey(
        "Service", on_delete=models.CASCADE, related_name="day_rollups"
    )
    lane = models.CharField(max_length=10)
    day = models.DateField()
    completed = models.PositiveIntegerField(default=0)
    successful = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    rework = models.PositiveIntegerField(default=0)
    open_failures = models.PositiveIntegerField(default=0)
    # Kept beside `detail` because every dashboard adds them up.
    versioned = models.PositiveIntegerField(default=0)
    carriers = models.PositiveIntegerField(default=0)
    carriers_known = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    # Sorted little-endian float64 seconds, as `scoring.columns.pack` writes them.
    lead_seconds = models.BinaryField(default=b"")
    recovery_seconds = models.BinaryField(default=b"")
    # Everything else of `scoring.rollups.DayRollup`, as plain data.
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["service", "lane", "day"],
                name="one_rollup_per_service_lane_and_day",
            ),
        )
