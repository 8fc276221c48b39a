"""One period of a schedule: what was made in it, and who was told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a worker")
    MAKING = "making", _("Being made")
    DONE = "done", _("Done")
    IDLE = "idle", _("Nothing to do")
    FAILED = "failed", _("Failed")


class ScheduleRun(models.Model):
    schedule = models.ForeignKey(
        "Schedule", on_delete=models.CASCADE, related_name="runs"
    )
    # "2026-11-21T06:00" in UTC: one run per period, however often the time is noticed.
    period = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    # How many earlier periods passed while nobody was there to run them.
    missed = models.PositiveIntegerField(default=0)
    # Null: its time had come.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(
        max_length=20, choices=RunState.choices, default=RunState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # How many cycles were scored or reports made, and how many reports were not.
    made = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["schedule", "period"], name="one_run_per_schedule_and_period"
            ),
        )

    @property
    def origin(self) -> str:
        """What the reports of this run are known by."""
        return f"schedule-{self.schedule_id}/{self.period}"


class ReportMail(models.Model):
    """A mail that brings a scheduled report, and how it fares."""

    run = models.ForeignKey(
        "ScheduleRun", on_delete=models.CASCADE, related_name="mails"
    )
    report = models.ForeignKey("Report", on_delete=models.CASCADE, related_name="+")
    notice = models.OneToOneField(
        "Notice", on_delete=models.CASCADE, related_name="report_mail"
    )
    attached = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
