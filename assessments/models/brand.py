"""How a workspace's documents look: its logo, two colors and words on the cover."""

from django.conf import settings
from django.db import models


class Brand(models.Model):
    """One version; the newest counts, and a report names the one it was printed in."""

    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="brands"
    )
    # Colors as "#rrggbb", readable on white.
    primary = models.CharField(max_length=7)
    accent = models.CharField(max_length=7)
    cover_text = models.CharField(max_length=300, blank=True)
    logo = models.ForeignKey(
        "StoredFile",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    # Of colors, words and logo together.
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
