"""A signed link that lets a person without an account answer, until it expires."""

from django.conf import settings
from django.db import models

from assessments.models.rating import Vantage


class Invitation(models.Model):
    cycle = models.ForeignKey(
        "Cycle", on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    vantage = models.CharField(max_length=20, choices=Vantage.choices)
    # Codes of the domains that the person is asked for.
    domains = models.JSONField()
    # SHA-256 of the secret in the link; the link itself is never kept.
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField()
    # The account that the link signs in; made when it is opened first.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
