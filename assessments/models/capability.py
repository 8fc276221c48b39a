"""What a platform team offers, and who gets it how."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provision(models.TextChoices):
    SELF_SERVICE = "self_service", _("Self-service")
    TICKET = "ticket", _("By ticket")
    NONE = "none", _("Not offered")
    UNKNOWN = "unknown", _("Not known")


class Capability(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="capabilities"
    )
    name = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    # Key of the platform engineering view that it belongs to, for grouping.
    area = models.CharField(max_length=80, blank=True)
    # The platform team: a node of the organization tree.
    team = models.ForeignKey(
        "Scope", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    url = models.URLField(max_length=1000, blank=True)

    class Meta:
        ordering = ("area", "name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "name"], name="one_capability_per_name"
            ),
        )


class CapabilityAccess(models.Model):
    """How the people of one node get a capability; its subtree follows."""

    capability = models.ForeignKey(
        "Capability", on_delete=models.CASCADE, related_name="access"
    )
    scope = models.ForeignKey("Scope", on_delete=models.CASCADE, related_name="+")
    provision = models.CharField(max_length=15, choices=Provision.choices)
    # How long a team usually waits; null: not known.
    wait_hours = models.PositiveIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["capability", "scope"], name="one_access_per_scope"
            ),
        )
