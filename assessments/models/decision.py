"""What a named assessor decided about a proposal; append-only, the newest counts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Verb(models.TextChoices):
    ACCEPT = "accept", _("Accepted")
    DISPUTE = "dispute", _("Disputed")
    OVERRIDE = "override", _("Overridden")


class Decision(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="decisions"
    )
    criterion = models.CharField(max_length=40)
    verb = models.CharField(max_length=20, choices=Verb.choices)
    # What was proposed when the decision was taken.
    proposed = models.DecimalField(
        max_digits=2, decimal_places=1, null=True, blank=True
    )
    # The level that counts: the proposed one if accepted, another if overridden.
    level = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    reason = models.TextField(blank=True)
    expires_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions"
    )
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["cycle", "criterion"]),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(verb="override")
                | (
                    Q(level__isnull=False) & ~Q(reason="") & Q(expires_on__isnull=False)
                ),
                name="override_has_level_reason_and_expiry",
            ),
        )
