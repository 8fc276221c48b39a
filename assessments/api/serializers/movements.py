"""Levels that moved as JSON."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, number


class Cause(Plain):
    """What moved a level."""

    kind = serializers.CharField(
        help_text="rating, measurement, decision, settlement, expiry or domain."
    )
    code = serializers.CharField()
    sentence = serializers.CharField()


class ScoreMovement(Plain):
    """A level that moved between two scorings of a cycle."""

    scoring_id = serializers.IntegerField()
    at = serializers.DateTimeField()
    trigger = serializers.CharField()
    cycle_id = serializers.IntegerField()
    cycle_title = serializers.CharField()
    scope_id = serializers.IntegerField()
    scope_name = serializers.CharField()
    kind = serializers.CharField(help_text="scope, pillar, domain or topic.")
    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    column = serializers.CharField(help_text="declared, measured or agreed.")
    before = number("Null: was unknown.")
    after = number("Null: is unknown now.")
    change = number("Null where either is unknown.")
    uncertainty = number("Of the change, in levels; null where it cannot be told.")
    significant = serializers.BooleanField(
        help_text="The change is at least as large as its uncertainty."
    )
    sentence = serializers.CharField()
    because = serializers.CharField(allow_blank=True)
    causes = Cause(many=True)
