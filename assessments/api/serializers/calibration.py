"""How far people agree, as JSON; nothing averages a disagreement away."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, Sent, free_text, half_steps, number


class Agreement(Plain):
    """Krippendorff's alpha for ordinal levels, with its n."""

    alpha = number("1: complete agreement; 0: chance; null: see `absence`.")
    topics = serializers.IntegerField(help_text="With levels of two or more people.")
    ratings = serializers.IntegerField()
    raters = serializers.IntegerField()
    absence = serializers.CharField(allow_null=True, help_text="Why there is none.")
    standing = serializers.CharField(help_text="What it says.")


class DomainAgreement(Plain):
    """A domain's agreement, and what is to speak about."""

    code = serializers.CharField()
    name = serializers.CharField()
    agreement = Agreement()
    topics = serializers.IntegerField()
    to_discuss = serializers.IntegerField()
    settled = serializers.IntegerField()
    disputed = serializers.IntegerField()
    levels = serializers.IntegerField(help_text="Answers with a level.")
    unknown = serializers.IntegerField()


class Seat(Plain):
    """What was said from one vantage point."""

    vantage = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the label of this serializer
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="People by level."
    )
    unknown = serializers.IntegerField()
    not_applicable = serializers.IntegerField()


class Settled(Plain):
    """What was agreed on, by whom and why."""

    level = number("Null: taken back.")
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class Dispute(Plain):
    """A dispute, with its owner and until when."""

    id = serializers.IntegerField()
    topic = serializers.CharField()
    topic_name = serializers.CharField()
    domain = serializers.CharField()
    text = serializers.CharField()
    owner_id = serializers.IntegerField()
    owner = serializers.CharField()
    due_on = serializers.DateField()
    opened_by = serializers.CharField()
    opened_at = serializers.DateTimeField()
    resolution = serializers.CharField()
    resolved_by = serializers.CharField()
    resolved_at = serializers.DateTimeField(allow_null=True)


class Spread(Plain):
    """The spread of a topic's ratings by vantage point."""

    code = serializers.CharField()
    name = serializers.CharField()
    question = serializers.CharField()
    domain = serializers.CharField()
    seats = Seat(many=True)
    unheard = serializers.ListField(child=serializers.CharField())
    lowest = serializers.IntegerField(allow_null=True)
    middle = serializers.IntegerField(allow_null=True)
    highest = serializers.IntegerField(allow_null=True)
    declared = number("Of the newest scoring.")
    measured = number("What telemetry says.")
    agreed = number("What counts.")
    confidence = number("0–1; null where nobody said.")
    to_discuss = serializers.BooleanField()
    blind = serializers.BooleanField(help_text="A blind spot: see `sentence`.")
    sentence = serializers.CharField()
    settled = Settled(allow_null=True)
    dispute = Dispute(allow_null=True)
    comments = serializers.IntegerField()


class Calibration(Plain):
    """How far people agree in a cycle."""

    cycle_id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.CharField()
    stale = serializers.BooleanField()
    agreement = Agreement()
    domains = DomainAgreement(many=True)
    spreads = Spread(many=True)
    disputes = Dispute(many=True)


class Outlier(Plain):
    """Somebody far from the others, with what they said."""

    who = serializers.CharField()
    vantage = serializers.CharField(source="vantage_label")
    level = serializers.IntegerField()
    away = serializers.IntegerField(help_text="Levels from the middle.")
    rationale = serializers.CharField()


class CalibratedTopic(Plain):
    """One topic with all that is needed to settle it."""

    cycle_id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.CharField()
    spread = Spread()
    because = serializers.ListField(child=serializers.CharField())
    outliers = Outlier(many=True)
    history = Settled(many=True)
    disputes = Dispute(many=True)


class BlindSpot(Plain):
    """Where vantage points, or people and telemetry, do not see the same."""

    topic = serializers.CharField()
    name = serializers.CharField()
    domain = serializers.CharField()
    sentence = serializers.CharField()


class Settling(Sent):
    """The level that was agreed on, and why."""

    level = half_steps("In the steps of the edition.")
    reason = serializers.CharField(max_length=4000)


class TakingBack(Sent):
    """Why a settlement counts no more."""

    reason = serializers.CharField(max_length=4000)


class Disputing(Sent):
    """What is disputed, who sees to it, and until when."""

    text = serializers.CharField(max_length=4000)
    owner_id = serializers.IntegerField(help_text="A user; told by e-mail.")
    due_on = serializers.DateField()


class Resolving(Sent):
    """How a dispute ended."""

    resolution = serializers.CharField(max_length=4000)
    level = half_steps(
        "Settles the topic, too; for who may decide.",
        required=False,
        allow_null=True,
        default=None,
    )


class Deciding(Sent):
    """What counts of a measured level."""

    verb = serializers.CharField(help_text="accept, dispute or override.")
    level = half_steps(
        "For an override.", required=False, allow_null=True, default=None
    )
    reason = free_text("Needed to dispute and to override.", max_length=4000)
    expires_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="For an override."
    )


class Disputes(Plain):
    """The disputes of a cycle."""

    open = Dispute(many=True)
    over = Dispute(many=True)
