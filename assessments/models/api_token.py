"""A member's token for the API; only its digest is kept."""

from django.db import models


class ApiToken(models.Model):
    member = models.ForeignKey(
        "Member", on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    # Whether programs may change things with it, within what its member may do.
    writes = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
