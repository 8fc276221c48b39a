"""One assessment of a scope against an edition over a period."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CycleState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    IN_REVIEW = "in_review", _("In review")
    LOCKED = "locked", _("Locked")


class Rhythm(models.TextChoices):
    NEVER = "never", _("Not by itself")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")


class Cycle(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="cycles"
    )
    scope = models.ForeignKey("Scope", on_delete=models.RESTRICT, related_name="cycles")
    edition = models.ForeignKey(
        "Edition", on_delete=models.RESTRICT, related_name="cycles"
    )
    title = models.CharField(max_length=160)
    period_start = models.DateField()
    period_end = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=CycleState.choices, default=CycleState.DRAFT
    )
    # Domain code -> level to reach, as a string such as "3.5".
    targets = models.JSONField(default=dict, blank=True)
    # Domain code -> reason, for domains left out of this cycle.
    left_out = models.JSONField(default=dict, blank=True)
    rescoring = models.CharField(
        max_length=20, choices=Rhythm.choices, default=Rhythm.NEVER
    )
    campaign = models.ForeignKey(
        "Campaign",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cycles",
    )
    # The cycle that this one was started from: its plan, and answers carried over.
    based_on = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    # The locked cycle that this one corrects, and why.
    revises = models.OneToOneField(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="revised_by",
    )
    revision_reason = models.TextField(blank=True)
    # Show last answers and measured values only after one's own first answer.
    unanchored = models.BooleanField(default=False)
    # Days between reminders to those who are not done; null: none are sent.
    remind_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    locked_at = models.DateTimeField(null=True, blank=True)
    # Canonical JSON of everything that the scores came from, and its SHA-256.
    content = models.TextField(blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-period_end", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(period_start__lte=F("period_end")),
                name="period_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state="locked")
                | (Q(locked_at__isnull=False) & ~Q(content_sha256="")),
                name="locked_cycle_has_moment_and_hash",
            ),
            models.CheckConstraint(
                condition=Q(revises=None) | ~Q(revision_reason=""),
                name="revision_has_a_reason",
            ),
        )
