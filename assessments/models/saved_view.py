"""A dashboard with its filters under a name, for one person or for a workspace."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="saved_views"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=80)
    # The name of the page's address, and what its filters say.
    page = models.CharField(max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "owner", "name"],
                name="one_saved_view_per_owner_and_name",
            ),
        )
