"""A whole workspace as a file, asked for by a lead and kept for a day."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models.report import ReportState


class WorkspaceExport(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="exports"
    )
    state = models.CharField(
        max_length=20, choices=ReportState.choices, default=ReportState.WAITING
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Name inside the folder of exports, size and hash of the file.
    file_name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_export_at_a_time",
            ),
        )
