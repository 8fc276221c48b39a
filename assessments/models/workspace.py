"""A workspace: everything of one organization, strictly apart from every other."""

from django.db import models


class Workspace(models.Model):
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    # Simulated workspaces may be removed whole; the database refuses to change this.
    simulated = models.BooleanField(default=False)
    # Differences from `scoring.attribution.Rules` that this workspace decided on.
    attribution_rules = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
