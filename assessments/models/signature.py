"""One person's sign-off of a cycle in review; append-only."""

from django.conf import settings
from django.db import models


class Signature(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="signatures"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # SHA-256 of what was signed: with any other content the signature says nothing.
    sha256 = models.CharField(max_length=64)
    statement = models.TextField(blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["cycle", "person", "sha256"],
                name="one_signature_per_person_and_content",
            ),
        )
