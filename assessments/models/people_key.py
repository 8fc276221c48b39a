"""What a workspace makes pseudonyms of people with, and whether it does."""

from django.db import models

from assessments.models.workspace import Workspace


class PeopleKey(models.Model):
    workspace = models.OneToOneField(
        Workspace, on_delete=models.CASCADE, related_name="people_key"
    )
    # Sealed as credentials are; none until somebody is named for the first time.
    sealed = models.BinaryField(null=True)
    # People are left out entirely: not even a pseudonym is kept.
    leave_out = models.BooleanField(default=False)
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
