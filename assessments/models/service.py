"""What is delivered: a service or a model, known to events by its key."""

from django.db import models


class Service(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="services"
    )
    # The node of the organization tree; its kind says service or model.
    scope = models.OneToOneField(
        "Scope", on_delete=models.CASCADE, related_name="service"
    )
    # The name that events use for it.
    key = models.CharField(max_length=200)
    # Rollups from this moment on no longer match the events; null when they all do.
    dirty_from = models.DateTimeField(null=True, blank=True)
    # Counts what changed its events, so that rollups made meanwhile are not believed.
    revision = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("key", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "key"], name="one_service_per_key"
            ),
        )
