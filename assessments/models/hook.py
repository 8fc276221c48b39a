"""Where a platform pushes to: the address and the secret of one source.

A table of its own, so that a delivery never waits for whoever writes to the source.
"""

from django.db import models


class Hook(models.Model):
    source = models.OneToOneField(
        "Source", on_delete=models.CASCADE, related_name="hook"
    )
    # The last part of the address: not to be guessed, but no secret either.
    key = models.CharField(max_length=64, unique=True)
    # Fernet token; shown once, never logged.
    secret = models.BinaryField()
    made_at = models.DateTimeField()
    # The last request that did not bear the secret, and what was wrong with it.
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)
