"""Service levels as JSON: what is not known is null."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, Sent, free_text, number


class Budget(Plain):
    """An error budget at a moment, with what it rests on."""

    left = number("1 − bad ÷ allowed bad; below 0 when overspent.")
    left_low = number("At the lower end of the 95 % interval.")
    left_high = number("At its upper end.")
    ratio = number("The share that was good.")
    ratio_low = number("Wilson 95 % interval.")
    ratio_high = number("Wilson 95 % interval.")
    n = serializers.IntegerField(help_text="Observations or slices that are known.")
    good = serializers.IntegerField()
    bad = serializers.IntegerField()
    unknown = serializers.IntegerField(help_text="Said neither.")
    allowed_bad = number("How many may be bad.")
    coverage = number("0–1.")
    window_start = serializers.DateTimeField()
    window_end = serializers.DateTimeField()
    as_of = serializers.DateTimeField()


class Watch(Plain):
    """What a rule of burn-rate alerts sees."""

    rule = serializers.CharField()
    severity = serializers.CharField(help_text="page or ticket.")
    fires_at = number("The burn rate at which it fires.")
    long_seconds = serializers.IntegerField()
    long_rate = number("Over the long window.")
    long_n = serializers.IntegerField()
    short_seconds = serializers.IntegerField()
    short_rate = number("Over the short window.")
    short_n = serializers.IntegerField()
    fires = serializers.BooleanField(
        allow_null=True, help_text="Null: too little was observed."
    )


class Burn(Plain):
    """A rule that fires, since when."""

    rule = serializers.CharField()
    severity = serializers.CharField()
    since = serializers.DateTimeField()


class ServiceLevel(Plain):
    """An objective, its budget and how fast it goes."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    title = serializers.CharField()
    category = serializers.CharField(help_text="software or model-quality.")
    service = serializers.CharField()
    version = serializers.IntegerField()
    target = number("The share that has to be good.")
    state = serializers.CharField(help_text="well, burning, spent or unknown.")
    retired_at = serializers.DateTimeField(allow_null=True)
    budget = Budget()
    observed_until = serializers.DateTimeField(
        allow_null=True, help_text="The newest observation that burn is seen from."
    )
    watches = Watch(many=True)
    burning = Burn(many=True)


class Day(Plain):
    """A day of a budget."""

    day = serializers.DateField()
    version = serializers.IntegerField()
    left = number("At the end of the day.")
    good = serializers.IntegerField()
    bad = serializers.IntegerField()
    unknown = serializers.IntegerField()


class Whole(ServiceLevel):
    """An objective with its definition and history."""

    openslo = serializers.DictField(help_text="The definition, as OpenSLO has it.")
    history = Day(many=True)


class Defining(Sent):
    """A definition; one of a name that is known is a new version."""

    openslo = serializers.DictField(help_text="A document of kind SLO, openslo/v1.")
    why = free_text(max_length=1000)


class Defined(Plain):
    """What became of a definition."""

    id = serializers.IntegerField()
    outcome = serializers.CharField(help_text="made, changed, resumed or unchanged.")


class Retiring(Sent):
    """Why it is promised no longer."""

    why = serializers.CharField(max_length=1000)


class WeekOfOne(Plain):
    """What a week did to one budget."""

    id = serializers.IntegerField(source="slo.id")
    name = serializers.CharField(source="slo.name")
    category = serializers.CharField(source="slo.category")
    left_before = number("At the end of the day before.")
    left_after = number("At the end of the week, or now.")
    change = number("After minus before.")
    good = serializers.IntegerField(source="tally.good")
    bad = serializers.IntegerField(source="tally.bad")
    unknown = serializers.IntegerField(source="tally.unknown")


class WeekNote(Plain):
    """What was noted about a week."""

    text = serializers.CharField()
    written_by = serializers.CharField()
    written_at = serializers.DateTimeField()


class Week(Plain):
    """A week from its Monday, as far as it has gone."""

    first = serializers.DateField()
    last = serializers.DateField()
    over = serializers.BooleanField()
    objectives = WeekOfOne(many=True)
    note = WeekNote(allow_null=True)


class Noting(Sent):
    """A note; it replaces the one that was read."""

    text = serializers.CharField(max_length=4000)
    seen = free_text("The note as it was read; empty for none.")
