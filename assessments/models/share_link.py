"""A link that shows one cycle's result to whoever holds it, until it expires."""

from django.conf import settings
from django.db import models


class ShareLink(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="share_links"
    )
    # For whom it was made, so that the right one can be revoked.
    label = models.CharField(max_length=120)
    # SHA-256 of the secret in the link; the link itself is never kept.
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
