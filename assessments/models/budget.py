"""What all workers know together of a host, and of what a credential may ask there."""

from django.db import models


class Budget(models.Model):
    # With its port where that is not the usual one.
    host = models.CharField(max_length=260)
    # Which credential, by a keyed digest; empty: the host itself, whoever asks.
    mark = models.CharField(max_length=64, blank=True)
    # Requests in a window, how many of them are left, and when the next one begins.
    most = models.PositiveIntegerField(null=True, blank=True)
    remaining = models.PositiveIntegerField(null=True, blank=True)
    resets_at = models.DateTimeField(null=True, blank=True)
    # Of the host: in a row, without an answer in between.
    failures = models.PositiveIntegerField(default=0)
    # Nobody asks before: the platform wants a pause, or the host failed too often.
    rests_until = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("host", "mark")
        constraints = (
            models.UniqueConstraint(
                fields=["host", "mark"], name="one_budget_per_credential"
            ),
        )
