"""The rules of a source as they once were: who made them so, when, and what moved."""

from django.conf import settings
from django.db import models


class RuleVersion(models.Model):
    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="rule_versions"
    )
    number = models.PositiveIntegerField()
    rules = models.JSONField(default=dict)
    # Nobody: a command, or before there were versions.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    made_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    # Which metrics moved by them, as it was shown before: lane, metric, before, after.
    moved = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=["source", "number"], name="one_rule_version_per_number"
            ),
        )
