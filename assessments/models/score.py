"""The score of a topic, domain, pillar or scope, as one scoring found it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScoreKind(models.TextChoices):
    TOPIC = "topic", _("Topic")
    DOMAIN = "domain", _("Domain")
    PILLAR = "pillar", _("Pillar")
    SCOPE = "scope", _("Scope")


class Score(models.Model):
    scoring = models.ForeignKey(
        "Scoring", on_delete=models.CASCADE, related_name="scores"
    )
    kind = models.CharField(max_length=10, choices=ScoreKind.choices)
    code = models.CharField(max_length=40)
    declared = models.DecimalField(
        max_digits=2, decimal_places=1, null=True, blank=True
    )
    declared_coverage = models.DecimalField(
        max_digits=5, decimal_places=4, null=True, blank=True
    )
    declared_confidence = models.DecimalField(
        max_digits=5, decimal_places=4, null=True, blank=True
    )
    measured = models.DecimalField(
        max_digits=2, decimal_places=1, null=True, blank=True
    )
    measured_coverage = models.DecimalField(
        max_digits=5, decimal_places=4, null=True, blank=True
    )
    agreed = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    agreed_coverage = models.DecimalField(
        max_digits=5, decimal_places=4, null=True, blank=True
    )
    agreed_confidence = models.DecimalField(
        max_digits=5, decimal_places=4, null=True, blank=True
    )
    # The lowest and highest latest rating behind a declared level.
    lowest = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    highest = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    raters = models.PositiveIntegerField(default=0)
    # Sentences: why the level is what it is, or why there is none.
    because = models.JSONField(default=list)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["scoring", "kind", "code"],
                name="one_score_per_scoring_and_code",
            ),
        )
