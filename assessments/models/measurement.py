"""A metric over a window, as one scoring measured it for one criterion."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeasurementStatus(models.TextChoices):
    VALUE = "value", _("Value")
    UNKNOWN = "unknown", _("Unknown")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Measurement(models.Model):
    scoring = models.ForeignKey(
        "Scoring", on_delete=models.CASCADE, related_name="measurements"
    )
    criterion = models.CharField(max_length=40)
    metric = models.CharField(max_length=60)
    lane = models.CharField(max_length=10)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    status = models.CharField(max_length=20, choices=MeasurementStatus.choices)
    unit = models.CharField(max_length=20)
    value = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(default=0)
    coverage = models.FloatField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    # Companions of the value: p95_s, mean_s, open, per_day …
    detail = models.JSONField(default=dict)
    because = models.TextField(blank=True)

    class Meta:
        ordering = ("criterion", "metric", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["scoring", "criterion", "metric"],
                name="one_measurement_per_criterion_and_metric",
            ),
        )
