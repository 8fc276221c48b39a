"""One domain of one cycle that one person is asked to answer."""

from django.conf import settings
from django.db import models

from assessments.models.rating import Vantage


class Assignment(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="assignments"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments"
    )
    domain = models.CharField(max_length=40)
    vantage = models.CharField(max_length=20, choices=Vantage.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    # Who handed the domain on, and what they said with it.
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.TextField(blank=True)
    # "I am done with this domain": said by the person, taken back by answering again.
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["person", "cycle"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["cycle", "person", "domain"],
                name="one_assignment_per_person_and_domain",
            ),
        )
