"""A workspace: everything of one organization, strictly apart from every other."""

from django.db import models


class Workspace(models.Model):
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    # Simulated workspaces may be removed whole; the database refuses to change this.
    simulated = models.BooleanField(default=False)
    # Differences from `scoring.attribution.Rules` that this workspace decided on.
    attribution_rules = models.JSONField(default=dict, blank=True)
    # How many people have to sign a cycle before it is locked.
    signatures_needed = models.PositiveSmallIntegerField(default=1)
    # Of dates on its pages, unless a person chose another; an IANA name.
    time_zone = models.CharField(max_length=60, default="UTC")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
