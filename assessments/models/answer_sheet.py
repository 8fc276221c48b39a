"""A questionnaire that was filled offline: read, shown, and taken over only then."""

from django.conf import settings
from django.db import models


class AnswerSheet(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="answer_sheets"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    file_name = models.CharField(max_length=200)
    # Rows as read, each with its number; refused ones with the reason.
    rows = models.JSONField()
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
