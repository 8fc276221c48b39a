"""One computation of a cycle's scores, with the inputs that it saw."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScoringTrigger(models.TextChoices):
    ANSWER = "answer", _("An answer or a decision")
    EVENTS = "events", _("New events")
    SCHEDULE = "schedule", _("On schedule")
    LOCK = "lock", _("Locking")


class Scoring(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="scorings"
    )
    trigger = models.CharField(max_length=20, choices=ScoringTrigger.choices)
    # "2026-11-21" or "2026-W47" on schedule: one scoring per period, however often
    # the task arrives. Null for the others.
    period = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001  # null never collides
    made_at = models.DateTimeField()
    # The newest rating, decision and settlement that it saw.
    last_rating = models.BigIntegerField(default=0)
    last_decision = models.BigIntegerField(default=0)
    last_settlement = models.BigIntegerField(default=0)
    # How many of them it saw: numbers are given out before they commit.
    seen = models.PositiveIntegerField(default=0)
    # Canonical JSON of the scores, and its SHA-256.
    card = models.TextField()
    card_sha256 = models.CharField(max_length=64)
    # What moved against the scoring before, and why: a list of plain objects.
    changes = models.JSONField(default=list)
    # How far each level moves within the intervals of what was measured; null for
    # scorings that are older than this.
    spans = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["cycle", "period"], name="one_scheduled_scoring_per_period"
            ),
        )
