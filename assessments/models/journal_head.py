"""The end of a workspace's journal: whoever adds to the journal holds this row."""

from django.db import models


class JournalHead(models.Model):
    workspace = models.OneToOneField(
        "Workspace",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="journal_head",
    )
    sequence = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
