"""A node of the organization tree: organization, unit, service or model."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScopeKind(models.TextChoices):
    ORGANIZATION = "organization", _("Organization")
    UNIT = "unit", _("Unit")
    SERVICE = "service", _("Service")
    MODEL = "model", _("Model")


class Scope(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="scopes"
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="children",
    )
    kind = models.CharField(max_length=20, choices=ScopeKind.choices)
    name = models.CharField(max_length=120)
    # The ids of the node and its ancestors, "/1/4/9/": a subtree is one prefix.
    path = models.CharField(max_length=400, db_index=True)

    class Meta:
        ordering = ("path", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["workspace"],
                condition=models.Q(parent=None),
                name="one_root_per_workspace",
            ),
        )
