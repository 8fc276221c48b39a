"""The nouns that other systems list: services, models, parts of the organization."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain


class Service(Plain):
    """A service or a model."""

    id = serializers.IntegerField()
    key = serializers.CharField(help_text="What events call it.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["service", "model"])
    scope_id = serializers.IntegerField()
    parent_id = serializers.IntegerField(allow_null=True)


class Scope(Plain):
    """A node of the organization; parents come before their children."""

    id = serializers.IntegerField()
    parent_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["organization", "unit", "service", "model"])
    key = serializers.CharField(allow_null=True, help_text="What events call it.")
