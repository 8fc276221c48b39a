"""A piece of work that is meant to raise levels."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class InitiativeStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class Initiative(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="initiatives"
    )
    scope = models.ForeignKey(
        "Scope", on_delete=models.RESTRICT, related_name="initiatives"
    )
    # The cycle whose result asked for it.
    cycle = models.ForeignKey(
        "Cycle",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="initiatives",
    )
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    start_on = models.DateField()
    due_on = models.DateField()
    # 1 (days) to 5 (more than a year).
    effort = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=12,
        choices=InitiativeStatus.choices,
        default=InitiativeStatus.PROPOSED,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("start_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(start_on__lte=F("due_on")),
                name="initiative_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(effort__gte=1, effort__lte=5), name="effort_is_one_to_five"
            ),
        )
