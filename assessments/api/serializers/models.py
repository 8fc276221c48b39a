"""Models as JSON: what is not known is null, never zero."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, number


class Reading(Plain):
    """The newest signal of one kind, quantity and feature."""

    kind = serializers.CharField()
    measure = serializers.CharField(help_text="The quantity; empty: not named.")
    feature = serializers.CharField()
    value = number("In `unit`.")
    threshold = number("The signal's own line.")
    unit = serializers.CharField()
    over = serializers.BooleanField(allow_null=True, help_text="Broke its line.")
    at = serializers.DateTimeField()
    event_id = serializers.IntegerField()


class Model(Plain):
    """A model with its health."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField(help_text="The part of the organization.")
    standing = serializers.ChoiceField(choices=["live", "retired", "never"])
    version = serializers.CharField()
    deployed_at = serializers.DateTimeField(allow_null=True)
    trained_at = serializers.DateTimeField(allow_null=True)
    owner = serializers.CharField(help_text="Empty: not recorded.")
    review_on = serializers.DateField(allow_null=True)
    retired_on = serializers.DateField(allow_null=True)
    model_card = serializers.CharField()
    shared_on_call = serializers.BooleanField(allow_null=True)
    monitored = serializers.ListField(child=serializers.CharField())
    open_incidents = serializers.IntegerField()
    reproducible = serializers.BooleanField(allow_null=True)
    missing = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="What the version's record does not name; null: there is no record.",
    )
    problems = serializers.ListField(child=serializers.CharField())
    readings = Reading(many=True, source="states")


class Step(Plain):
    """One step of the way of a version."""

    kind = serializers.CharField()
    recorded = serializers.BooleanField(source="known")
    what = serializers.CharField(help_text="Empty: not recorded.")
    more = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField()
    event_id = serializers.IntegerField(
        allow_null=True, help_text="The event that tells it."
    )


class Lineage(Plain):
    """Where a version came from, from its data to production."""

    model = serializers.CharField()
    version = serializers.CharField()
    known = serializers.IntegerField(help_text="How many steps are recorded.")
    steps = Step(many=True)
