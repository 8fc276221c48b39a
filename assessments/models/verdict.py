"""Why a deployment counts as failed or as rework; none for the others."""

from django.db import models


class Verdict(models.Model):
    deployment = models.OneToOneField(
        "Event", on_delete=models.CASCADE, related_name="verdict"
    )
    failed = models.BooleanField()
    rework = models.BooleanField()
    # The winning tier of evidence, a value of `scoring.attribution.Tier`.
    tier = models.CharField(max_length=20, blank=True)
    # The incident, rollback, revert or hotfix that the verdict rests on.
    evidence = models.ForeignKey(
        "Event", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    restored_at = models.DateTimeField(null=True, blank=True)
    because = models.TextField()

    class Meta:
        ordering = ("pk",)
