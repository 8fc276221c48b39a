"""A pushed batch with its Idempotency-Key, so that sending it again is harmless."""

from django.db import models


class Batch(models.Model):
    source = models.ForeignKey("Source", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    # SHA-256 of the body: the same key with another body is refused.
    digest = models.CharField(max_length=64)
    answer = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["source", "key"], name="one_batch_per_idempotency_key"
            ),
        )
