"""A person's membership in a workspace, with one role."""

from django.conf import settings
from django.db import models

from assessments.models.rating import Vantage


class Member(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="members"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    # A value of `assessments.access.Role`.
    role = models.CharField(max_length=20)
    # The vantage point that a member's answers start from; may differ by rating.
    vantage = models.CharField(
        max_length=20, choices=Vantage.choices, default=Vantage.PRACTITIONER
    )
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "user"], name="one_membership_per_person"
            ),
        )
