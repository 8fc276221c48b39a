"""Reviews of gates as JSON."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, Sent, free_text


class GateFinding(Plain):
    """What was found about a criterion of the gate."""

    code = serializers.CharField()
    text = serializers.CharField()
    met = serializers.BooleanField(allow_null=True, help_text="Null: not known.")
    note = serializers.CharField()
    link = serializers.CharField()


class Condition(Plain):
    """What has to be done after a conditional go."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    owner_id = serializers.IntegerField()
    owner = serializers.CharField()
    due_on = serializers.DateField()
    overdue = serializers.BooleanField()
    met_at = serializers.DateTimeField(allow_null=True)
    met_by = serializers.CharField()


class Signature(Plain):
    """A name under a decision."""

    person_id = serializers.IntegerField()
    name = serializers.CharField()
    at = serializers.DateTimeField()


class Review(Plain):
    """A review of a gate: what is asked, was found, was decided."""

    id = serializers.IntegerField()
    scope_id = serializers.IntegerField()
    scope_name = serializers.CharField()
    edition_id = serializers.IntegerField()
    stage = serializers.CharField()
    stage_name = serializers.CharField()
    gate_name = serializers.CharField()
    cycle_id = serializers.IntegerField(allow_null=True)
    findings = GateFinding(many=True)
    decision = serializers.CharField(help_text="Empty: not decided yet.")
    reason = serializers.CharField()
    opened_by = serializers.CharField()
    opened_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    conditions = Condition(many=True)
    signatures = Signature(many=True)
    marker = serializers.CharField(help_text="Send it back with a change.")


class PastReview(Plain):
    """A review of a gate, in short."""

    id = serializers.IntegerField()
    decision = serializers.CharField()
    at = serializers.DateTimeField()
    conditions_open = serializers.IntegerField()


class Gate(Plain):
    """A gate before a stage, with its reviews."""

    name = serializers.CharField()
    purpose = serializers.CharField()
    criteria = serializers.IntegerField()
    reviews = PastReview(many=True)


class Stage(Plain):
    """A stage of the journey."""

    code = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    gate = Gate(allow_null=True)
    reached = serializers.BooleanField()


class Journey(Plain):
    """Where a part of the organization stands on its way."""

    scope_id = serializers.IntegerField()
    scope_name = serializers.CharField()
    edition_id = serializers.IntegerField()
    edition_title = serializers.CharField()
    stages = Stage(many=True)
    baseline = serializers.BooleanField(help_text="A cycle was locked there.")


class OpeningReview(Sent):
    """The gate to review."""

    scope_id = serializers.IntegerField()
    edition_id = serializers.IntegerField()
    stage = serializers.CharField(help_text="The stage behind the gate.")


class Found(Sent):
    """What was found about one criterion."""

    met = serializers.BooleanField(allow_null=True, help_text="Null: not known.")
    note = free_text(max_length=2000)
    link = free_text()


class Findings(Sent):
    """What was found, by criterion."""

    findings = serializers.DictField(child=Found())
    marker = serializers.CharField(
        allow_blank=True, help_text="Of the review as it was read."
    )


class Conditional(Sent):
    """A condition: what, by whom, until when."""

    text = serializers.CharField()
    owner_id = serializers.IntegerField()
    due_on = serializers.DateField()


class DecidingGate(Sent):
    """The decision about a gate."""

    decision = serializers.CharField(help_text="go, conditional_go, recycle or stop.")
    reason = serializers.CharField()
    conditions = Conditional(many=True, required=False, default=list)
    marker = serializers.CharField(
        allow_blank=True, help_text="Of the review as it was read."
    )
