"""A plan of a cycle kept under a name, to start from again."""

from django.conf import settings
from django.db import models


class CycleTemplate(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="cycle_templates"
    )
    name = models.CharField(max_length=120)
    # Everything of a plan that does not depend on the calendar.
    plan = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "name"], name="one_template_per_name"
            ),
        )
