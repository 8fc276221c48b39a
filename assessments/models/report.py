"""A document made from a cycle's results by a worker."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportKind(models.TextChoices):
    BOARD_PDF = "board_pdf", _("Board report (PDF)")
    WORKBOOK = "workbook", _("Workbook (XLSX)")


class ReportState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a worker")
    RUNNING = "running", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Report(models.Model):
    cycle = models.ForeignKey("Cycle", on_delete=models.CASCADE, related_name="reports")
    # The scoring whose numbers it prints.
    scoring = models.ForeignKey("Scoring", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    language = models.CharField(max_length=10, default="en")
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
    # Name inside the report store.
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
