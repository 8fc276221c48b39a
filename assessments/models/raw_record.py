"""What one observation of a platform brought, verbatim; append-only."""

from django.db import models


class RawRecord(models.Model):
    # Its constraint begins with it: an index of its own would only be written.
    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="raw_records", db_index=False
    )
    # The connector's name for this sort of payload: "deployment", "pull_request" …
    sort = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["source", "digest"], name="one_raw_record_per_body"
            ),
        )
