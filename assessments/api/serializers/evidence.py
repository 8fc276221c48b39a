"""Evidence as JSON."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, Sent, free_text
from assessments.api.serializers.measures import Measure


class Support(Plain):
    """A topic that a piece supports."""

    id = serializers.IntegerField()
    cycle_id = serializers.IntegerField()
    cycle_title = serializers.CharField()
    state = serializers.CharField()
    domain = serializers.CharField()
    topic = serializers.CharField()
    topic_name = serializers.CharField()


class Evidence(Plain):
    """A file, a link or a telemetry reference."""

    id = serializers.IntegerField()
    kind = serializers.CharField(help_text="file, link or telemetry.")
    title = serializers.CharField()
    origin = serializers.CharField(help_text="The system or team it comes from.")
    note = serializers.CharField()
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    url = serializers.CharField()
    sha256 = serializers.CharField()
    owner_id = serializers.IntegerField()
    owner = serializers.CharField()
    dated_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True)
    added_by = serializers.CharField()
    added_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    expired = serializers.BooleanField()
    expiring = serializers.BooleanField(help_text="Within 30 days.")
    supports = Support(many=True, help_text="Where the caller may see it.")


class Piece(Plain):
    """One piece, with the measurement that it refers to."""

    evidence = Evidence(source="row")
    cycle_id = serializers.IntegerField(allow_null=True, help_text="Of telemetry.")
    criterion = serializers.CharField()
    measured = Measure(allow_null=True)
    others = serializers.IntegerField(help_text="Topics out of the caller's sight.")


class Particulars(Sent):
    """What is said about a piece."""

    title = free_text("Empty: the file's name, the link's host, the metric's name.")
    origin = free_text("The system or team it comes from.")
    note = free_text()
    owner_id = serializers.IntegerField(
        required=False, allow_null=True, help_text="A user of the workspace; or I."
    )
    dated_on = serializers.DateField(required=False, help_text="Today, if not said.")
    expires_on = serializers.DateField(required=False, allow_null=True, default=None)


class Placed(Particulars):
    """A piece, and the topic that it supports, if one."""

    cycle_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    topic = free_text("With `cycle_id`: the topic that it supports.")


class Link(Placed):
    """A link as evidence."""

    url = serializers.CharField()


class Telemetry(Placed):
    """A measurement of a cycle as evidence."""

    cycle_id = serializers.IntegerField(help_text="The cycle that measured it.")
    criterion = serializers.CharField()
    metric = serializers.CharField()


class File(Placed):
    """A file as evidence: sent as a form with parts."""

    file = serializers.FileField()


class Added(Plain):
    """A piece that is in the register."""

    id = serializers.IntegerField(source="evidence_id")
    new = serializers.BooleanField(help_text="False: it was there before.")


class Withdrawing(Sent):
    """Why a piece is offered no longer."""

    why = free_text(max_length=1000)


class Attaching(Sent):
    """Which piece supports a topic."""

    evidence_id = serializers.IntegerField()


class Attached(Plain):
    """Whether a piece supports the topic since now."""

    new = serializers.BooleanField(help_text="False: it did before.")


class OfTopic(Plain):
    """A piece under a topic."""

    evidence = Evidence(source="row")
    support_id = serializers.IntegerField()
    attached_by = serializers.CharField()
    measured = Measure(allow_null=True)


class Panel(Plain):
    """What supports a topic."""

    cycle_id = serializers.IntegerField()
    state = serializers.CharField()
    domain = serializers.CharField()
    topic = serializers.CharField()
    topic_name = serializers.CharField()
    asks = serializers.ListField(
        child=serializers.CharField(), help_text="What the edition would like to see."
    )
    pieces = OfTopic(many=True)
    holding_back = serializers.BooleanField(
        help_text="Telemetry is shown after one's own answer."
    )


class Stale(Plain):
    """A piece that no longer counts."""

    evidence_id = serializers.IntegerField()
    title = serializers.CharField()
    why = serializers.CharField()


class TopicStanding(Plain):
    """How a topic is backed."""

    code = serializers.CharField()
    name = serializers.CharField()
    current = serializers.IntegerField()
    stale = serializers.IntegerField()


class Standing(Plain):
    """How a domain is backed: independent sources and vantage points."""

    code = serializers.CharField()
    name = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())
    sources_asked = serializers.IntegerField()
    heard = serializers.ListField(child=serializers.CharField())
    unheard = serializers.ListField(child=serializers.CharField())
    vantages_asked = serializers.IntegerField()
    meets = serializers.BooleanField()
    stale = Stale(many=True)
    topics = TopicStanding(many=True)
