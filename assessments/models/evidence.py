"""A file, link or telemetry reference that backs ratings, across cycles."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    FILE = "file", _("File")
    LINK = "link", _("Link")
    TELEMETRY = "telemetry", _("Telemetry")


class Evidence(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="evidence"
    )
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    title = models.CharField(max_length=200)
    # Who or what it comes from: two files of one system are one source.
    origin = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    file = models.ForeignKey(
        "StoredFile", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    file_name = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    # For telemetry: {"cycle", "criterion", "metric"} of a stored measurement.
    reference = models.JSONField(default=dict, blank=True)
    # Of the file, or of the canonical text of a link or reference.
    sha256 = models.CharField(max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    dated_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    # No longer offered; what it supported keeps it.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="file", file__isnull=False)
                | (Q(kind="link", file__isnull=True) & ~Q(url=""))
                | Q(kind="telemetry", file__isnull=True),
                name="evidence_is_what_its_kind_says",
            ),
        )
