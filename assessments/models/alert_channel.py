"""Where alerts are sent, and each message that was."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ChannelKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SLACK = "slack", _("Slack, or what takes the same messages")
    WEBHOOK = "webhook", _("Webhook, signed")


class AlertChannel(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="alert_channels"
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=ChannelKind.choices)
    # A Fernet token: the address of an incoming webhook is itself a secret.
    address = models.BinaryField()
    # What pages show of the address.
    shown = models.CharField(max_length=254)
    # A Fernet token of the key that webhooks are signed with.
    secret = models.BinaryField(null=True, blank=True)
    # Kinds of alerts that are sent here.
    topics = models.JSONField(default=list)
    language = models.CharField(max_length=10, default="en")
    paused_at = models.DateTimeField(null=True, blank=True)
    # Alerts that began or ended up to here were told.
    told_until = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind="webhook") | Q(secret__isnull=False),
                name="webhook_has_a_secret",
            ),
        )


class AlertMessage(models.Model):
    """What is sent to a channel; the notice says how it fares."""

    channel = models.ForeignKey(
        "AlertChannel", on_delete=models.CASCADE, related_name="messages"
    )
    notice = models.OneToOneField(
        "Notice", on_delete=models.CASCADE, related_name="alert_message"
    )
    # As JSON, for channels that are no mail.
    payload = models.JSONField(default=dict)

    class Meta:
        ordering = ("-pk",)
