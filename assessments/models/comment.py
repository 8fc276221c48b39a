"""What people say to each other about a topic of a cycle."""

from django.conf import settings
from django.db import models


class Comment(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="comments"
    )
    topic = models.CharField(max_length=40)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    written_at = models.DateTimeField()
    # Taken back: that there was a comment stays, its text does not.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["cycle", "topic"]),)
