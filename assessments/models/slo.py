"""A service level objective: its versions, what was counted, and what burns."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SloCategory(models.TextChoices):
    SOFTWARE = "software", _("Software")
    MODEL_QUALITY = "model-quality", _("Model quality")


class Slo(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="slos"
    )
    service = models.ForeignKey(
        "Service", on_delete=models.CASCADE, related_name="slos"
    )
    # `metadata.name` of OpenSLO: it never changes.
    name = models.CharField(max_length=63)
    category = models.CharField(max_length=20, choices=SloCategory.choices)
    retired_at = models.DateTimeField(null=True, blank=True)
    # Counts from this moment on no longer match the events; null when they all do.
    dirty_from = models.DateTimeField(null=True, blank=True)
    # Counts what made it dirty, so that counts made meanwhile are not believed.
    revision = models.PositiveBigIntegerField(default=0)
    # Of incidents alone: between which moments it is known that there was none.
    known_from = models.DateTimeField(null=True, blank=True)
    counted_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "name"], name="one_slo_per_name"
            ),
        )


class SloVersion(models.Model):
    """What an objective says; a change begins a version, and what was stays."""

    slo = models.ForeignKey("Slo", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    # As `scoring.service_levels.dump` writes it.
    document = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    why = models.CharField(max_length=1000, blank=True)
    # What happened before this day is not counted.
    counts_from = models.DateField()
    # When the next version, or the retirement, took its place.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("slo", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=["slo", "number"], name="one_slo_version_per_number"
            ),
            models.UniqueConstraint(
                fields=["slo"],
                condition=Q(ended_at__isnull=True),
                name="one_slo_version_in_force",
            ),
        )


class SloDay(models.Model):
    """Good and bad of one UTC day; a day that was not observed has no row."""

    version = models.ForeignKey(
        "SloVersion", on_delete=models.CASCADE, related_name="days"
    )
    day = models.DateField()
    good = models.PositiveIntegerField()
    bad = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    # Number of the five minutes within the day -> [good, bad, unknown].
    slots = models.JSONField(default=dict)

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["version", "day"], name="one_slo_day_per_version"
            ),
        )


class SloEnd(models.TextChoices):
    SLOWED = "slowed", _("It no longer burns that fast")
    CHANGED = "changed", _("The objective was changed")
    RETIRED = "retired", _("The objective was retired")


class SloBurn(models.Model):
    """A rule of burn-rate alerts that fires, or did: one open row at a time."""

    slo = models.ForeignKey("Slo", on_delete=models.CASCADE, related_name="burns")
    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=10)
    # The end of the newest observation when it was first seen burning, and when not.
    since = models.DateTimeField()
    noticed_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_because = models.CharField(
        max_length=10, choices=SloEnd.choices, blank=True
    )
    # The burn rates when it began: {"long", "short", "factor", "n"}.
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-since", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["slo", "rule"],
                condition=Q(cleared_at__isnull=True),
                name="one_open_burn_per_rule",
            ),
        )


class SloReview(models.Model):
    """What a person noted about a week's error budgets."""

    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="slo_reviews"
    )
    # The Monday that it begins with.
    week = models.DateField()
    note = models.TextField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("-week",)
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "week"], name="one_slo_review_per_week"
            ),
        )
