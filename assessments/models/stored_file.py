"""The bytes of a file, kept once however often it is uploaded."""

from django.db import models


class StoredFile(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="files"
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    # What the content is, not what its name claims.
    media_type = models.CharField(max_length=100)
    # Where the storage keeps it.
    key = models.CharField(max_length=200)
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "sha256"], name="one_file_per_content"
            ),
        )
