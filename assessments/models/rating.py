"""One person's answer to one topic; append-only, a changed mind is a new row."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Answer(models.TextChoices):
    LEVEL = "level", _("A level")
    UNKNOWN = "unknown", _("I do not know")
    NOT_APPLICABLE = "not_applicable", _("Does not apply here")


class Vantage(models.TextChoices):
    LEADERSHIP = "leadership", _("Leadership")
    PRACTITIONER = "practitioner", _("Practitioner")
    CONSUMER = "consumer", _("Consumer")
    OVERSIGHT = "oversight", _("Oversight")


class Confidence(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Rating(models.Model):
    cycle = models.ForeignKey("Cycle", on_delete=models.CASCADE, related_name="ratings")
    topic = models.CharField(max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ratings"
    )
    vantage = models.CharField(max_length=20, choices=Vantage.choices)
    answer = models.CharField(max_length=20, choices=Answer.choices)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    confidence = models.CharField(max_length=10, choices=Confidence.choices, blank=True)
    rationale = models.TextField(blank=True)
    # The answer of an earlier cycle that this one repeats, unseen by the person yet.
    carried_from = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    rated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["cycle", "topic", "person"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(answer="level", level__isnull=False)
                | (~Q(answer="level") & Q(level__isnull=True)),
                name="a_level_goes_with_a_level_answer",
            ),
        )
