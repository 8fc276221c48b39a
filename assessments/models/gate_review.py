"""The decision at a gate of the journey, for one part of the organization."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class GateDecision(models.TextChoices):
    GO = "go", _("Go")
    CONDITIONAL_GO = "conditional_go", _("Conditional go")
    RECYCLE = "recycle", _("Recycle")
    STOP = "stop", _("Stop")


class GateReview(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="gate_reviews"
    )
    scope = models.ForeignKey(
        "Scope", on_delete=models.RESTRICT, related_name="gate_reviews"
    )
    edition = models.ForeignKey("Edition", on_delete=models.RESTRICT, related_name="+")
    # The cycle whose result was on the table.
    cycle = models.ForeignKey(
        "Cycle",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="gate_reviews",
    )
    # Code of the stage that lies behind the gate.
    stage = models.CharField(max_length=40)
    # Criterion code -> {"met": true | false | null, "note": "…"}.
    findings = models.JSONField(default=dict, blank=True)
    decision = models.CharField(max_length=20, choices=GateDecision.choices, blank=True)
    reason = models.TextField(blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["scope", "edition", "stage"],
                condition=Q(decided_at=None),
                name="one_open_review_per_gate",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | (~Q(decision="") & ~Q(reason="")),
                name="decided_gate_has_decision_and_reason",
            ),
        )


class GateCondition(models.Model):
    review = models.ForeignKey(
        "GateReview", on_delete=models.CASCADE, related_name="conditions"
    )
    text = models.TextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField()
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ("due_on", "pk")


class GateSignature(models.Model):
    review = models.ForeignKey(
        "GateReview", on_delete=models.CASCADE, related_name="signatures"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["review", "person"], name="one_signature_per_gate_and_person"
            ),
        )
