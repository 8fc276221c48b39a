"""A role over one part of the organization, on top of the role in the workspace."""

from django.db import models


class Grant(models.Model):
    member = models.ForeignKey(
        "Member", on_delete=models.CASCADE, related_name="grants"
    )
    scope = models.ForeignKey("Scope", on_delete=models.CASCADE, related_name="+")
    # A value of `assessments.access.Role`.
    role = models.CharField(max_length=20)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["member", "scope"], name="one_grant_per_member_and_scope"
            ),
        )
