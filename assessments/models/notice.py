"""Something to tell a person by e-mail: written once, sent by a worker."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    REMINDER = "reminder", _("Reminder")
    MENTION = "mention", _("Mention")
    HANDED_OVER = "handed_over", _("Domain handed over")
    DISPUTE = "dispute", _("Dispute")
    SIGN_OFF = "sign_off", _("Sign-off asked for")
    CONDITION = "condition", _("Condition due")
    REPORT = "report", _("Scheduled report")
    ALERT = "alert", _("Alert")


class Notice(models.Model):
    workspace = models.ForeignKey(
        "Workspace", on_delete=models.CASCADE, related_name="notices"
    )
    cycle = models.ForeignKey(
        "Cycle",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
    )
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    # Null: somebody without an account, known by the address alone.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
    )
    email = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    # Says what it is about: written twice for the same thing it is one notice.
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When it was tried last: the next try waits longer each time.
    tried_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["sent_at", "attempts"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "key"], name="one_notice_per_key"
            ),
        )
