"""The day rollups and flows of all services of a workspace together, by lane."""

from django.db import models


class WorkspaceDay(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="days"
    )
    lane = models.CharField(max_length=10)
    day = models.DateField()
    # Some service's day changed since; what follows is not to be used.
    stale = models.BooleanField(default=True)
    completed = models.PositiveIntegerField(default=0)
    successful = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    rework = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    open_failures = models.PositiveIntegerField(default=0)
    # Samples of all services, one service after the other.
    lead_seconds = models.BinaryField(default=b"")
    recovery_seconds = models.BinaryField(default=b"")
    # What delivery metrics read besides: versioned, carriers, carriers_known, tiers.
    detail = models.JSONField(default=dict)
    # What the days tell beside, as `scoring.columns.flows` packs; gates are not kept.
    told = models.BinaryField(default=b"")

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "lane", "day"],
                name="one_sum_per_workspace_lane_and_day",
            ),
        )
