"""One release of a framework: immutable once published."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Edition(models.Model):
    # Null: shipped with the product and offered to every workspace.
    workspace = models.ForeignKey(
        "Workspace",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="editions",
    )
    key = models.SlugField(max_length=80)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    # SHA-256 of the canonical JSON of `document`.
    sha256 = models.CharField(max_length=64)
    document = models.JSONField()
    state = models.CharField(max_length=20, choices=EditionState.choices)
    # The edition that a draft was copied from.
    based_on = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("key", "-published_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "key", "version"],
                name="one_edition_per_key_and_version",
            ),
            models.UniqueConstraint(
                fields=["key", "version"],
                condition=models.Q(workspace=None),
                name="one_shipped_edition_per_key_and_version",
            ),
        )
