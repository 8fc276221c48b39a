"""Something that is wrong, from when it was seen until it was over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AlertKind(models.TextChoices):
    LEVEL_LOST = "level_lost", _("A level was lost")
    SLO_BURNING = "slo_burning", _("An error budget burns")
    SOURCE_FAILING = "source_failing", _("A source fails")
    SOURCE_SILENT = "source_silent", _("A source is silent")
    OVERRIDE_EXPIRING = "override_expiring", _("An override expires")
    OVERRIDE_EXPIRED = "override_expired", _("An override has expired")
    SCHEDULE_FAILED = "schedule_failed", _("A scheduled run failed")


class Alert(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="alerts"
    )
    kind = models.CharField(max_length=30, choices=AlertKind.choices)
    # Which thing it is about: while it is open, there is one alert for it.
    key = models.CharField(max_length=200)
    # What its sentence says, in plain values.
    about = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=["workspace", "resolved_at"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "key"],
                condition=Q(resolved_at=None),
                name="one_open_alert_per_thing",
            ),
        )
