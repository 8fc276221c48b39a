"""A document made from a cycle's results by a worker."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReportState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a worker")
    RUNNING = "running", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Report(models.Model):
    cycle = models.ForeignKey("Cycle", on_delete=models.CASCADE, related_name="reports")
    # The scoring whose numbers it prints.
    scoring = models.ForeignKey("Scoring", on_delete=models.CASCADE, related_name="+")
    # One of `queries.report_kinds`.
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=10, default="en")
    # How it looks: the brand that counted when it was asked for; none is our own.
    brand = models.ForeignKey(
        "Brand", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Which layout of the product it was asked for in; a newer one makes another.
    layout = models.PositiveSmallIntegerField(default=1)
    # Whether it calls the people who answered by their names.
    named = models.BooleanField(default=False)
    # What asked for it instead of a person, and for which period: "schedule-4/2026-10".
    origin = models.CharField(max_length=120, blank=True)
    state = models.CharField(
        max_length=20, choices=ReportState.choices, default=ReportState.WAITING
    )
    # How often a worker has taken it on.
    attempts = models.PositiveSmallIntegerField(default=0)
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
        constraints = (
            models.UniqueConstraint(
                fields=["cycle", "origin", "kind", "language"],
                condition=~Q(origin=""),
                name="one_report_per_origin_and_kind",
            ),
        )
