"""A record that could not be understood, kept with its reason."""

from django.db import models


class Rejection(models.Model):
    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="rejections"
    )
    raw_record = models.ForeignKey(
        "RawRecord", on_delete=models.CASCADE, null=True, blank=True
    )
    # Line of the file or batch it came in, where there was one.
    line = models.PositiveIntegerField(null=True, blank=True)
    excerpt = models.TextField(blank=True)
    reason = models.TextField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
