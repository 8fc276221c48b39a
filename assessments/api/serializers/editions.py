"""Editions as JSON."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, Sent


class Edition(Plain):
    """A release of a framework."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    version = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    published = serializers.BooleanField()
    shipped = serializers.BooleanField(help_text="It comes with the product.")
    sha256 = serializers.CharField()
    published_at = serializers.DateTimeField(allow_null=True)
    domains = serializers.IntegerField()
    topics = serializers.IntegerField()
    criteria = serializers.IntegerField()
    cycles = serializers.IntegerField()


class Loading(Sent):
    """An edition of the workspace's own, as its document."""

    document = serializers.DictField(help_text="What `editions/<id>/document` answers.")
    publish = serializers.BooleanField(default=False)


class Copying(Sent):
    """What the copy of an edition is called."""

    key = serializers.CharField()
    version = serializers.CharField()
    title = serializers.CharField()


class Publishing(Sent):
    """The draft that was looked at."""

    sha256 = serializers.CharField(
        help_text="Of the draft as it was read: another one is a 409."
    )


class Name(Plain):
    """Which edition."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    version = serializers.CharField()
    title = serializers.CharField()
    sha256 = serializers.CharField()
