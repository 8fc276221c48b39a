"""What is done again and again: scores recorded, or reports made and mailed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ScheduleTask(models.TextChoices):
    RESCORE = "rescore", _("Record the scores")
    REPORT = "report", _("Make and mail a report")


class Schedule(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="schedules"
    )
    # Null: every cycle that is open when its time comes.
    cycle = models.ForeignKey(
        "Cycle",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="schedules",
    )
    task = models.CharField(max_length=20, choices=ScheduleTask.choices)
    # Five fields, read in the time zone beside it.
    cron = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=60)
    report_kind = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, blank=True)
    # Send the file along; otherwise where to find it.
    attached = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(task="report") | (~Q(report_kind="") & ~Q(language="")),
                name="scheduled_report_has_kind_and_language",
            ),
        )


class Recipient(models.Model):
    """Somebody who gets what a schedule makes: a member, or an address."""

    schedule = models.ForeignKey(
        "Schedule", on_delete=models.CASCADE, related_name="recipients"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=False, email="")
                | (Q(person=None) & ~Q(email="")),
                name="recipient_is_a_member_or_an_address",
            ),
            models.UniqueConstraint(
                fields=["schedule", "person"], name="one_recipient_per_member"
            ),
            models.UniqueConstraint(
                fields=["schedule", "email"],
                condition=Q(person=None),
                name="one_recipient_per_address",
            ),
        )
