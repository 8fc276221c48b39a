"""The rows of queries as JSON: levels and shares are numbers, unknown is null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from assessments.charts import answer, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.queries.results import CriterionRow, Measured, Results

Plain = serializers.Serializer[Any]


def _number(help_text: str) -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=help_text)


class Links(Plain):
    """Where the number is explained, for people."""

    page = serializers.URLField(help_text="The criterion's page.")
    events = serializers.URLField(help_text="The events that were counted.")


class Column(Plain):
    """Declared, measured or agreed."""

    level = _number("1.0–5.0 in half steps; null: none, see `because`.")
    coverage = _number("Share of the inputs that are known, 0–1.")
    confidence = _number("0–1; null where nobody said.")


class Movement(Plain):
    """Against the last locked cycle of this scope and framework."""

    before = _number("The agreed level then.")
    change = _number("Now minus then.")
    uncertainty = _number("Of the change, in levels.")
    significant = serializers.BooleanField(
        help_text="The change is at least as large as its uncertainty."
    )


class Scored(Plain):
    """What a topic, domain, pillar or the scope scores."""

    code = serializers.CharField()
    name = serializers.CharField()
    declared = Column()
    measured = Column()
    agreed = Column()
    lowest = _number("Lowest of the people behind `declared`.")
    highest = _number("Highest of them.")
    raters = serializers.IntegerField()
    because = serializers.ListField(child=serializers.CharField())


class Group(Scored):
    """A pillar, or the whole scope."""

    kind = serializers.ChoiceField(choices=["pillar", "scope"])
    movement = Movement(allow_null=True)


class VantageRatings(Plain):
    """How the people of one vantage point rated a topic."""

    vantage = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the label of this serializer
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="People by level."
    )
    unknown = serializers.IntegerField()
    not_applicable = serializers.IntegerField()
    mean = _number("Of the levels given.")


class Topic(Scored):
    """A topic with the spread of its ratings; nobody is named."""

    question = serializers.CharField()
    weight = serializers.FloatField()
    vantages = VantageRatings(many=True)


class InWords(Plain):
    """As pages and documents write it."""

    value = serializers.CharField()
    interval = serializers.CharField()
    window = serializers.CharField()


class Measure(Plain):
    """A metric over a window."""

    metric = serializers.CharField()
    name = serializers.CharField()
    lane = serializers.ChoiceField(choices=["code", "model"])
    status = serializers.ChoiceField(choices=["value", "unknown", "not_applicable"])
    unit = serializers.ChoiceField(choices=["seconds", "ratio", "per_week", "count"])
    value = _number("In `unit`; ratios are 0–1.")
    low = _number("Lower end of the 95 % interval.")
    high = _number("Upper end of the 95 % interval.")
    n = serializers.IntegerField(help_text="Observations behind the value.")
    coverage = _number("Share of what should have been observed that was, 0–1.")
    provisional = serializers.BooleanField(help_text="Fewer than the minimum n.")
    window_start = serializers.DateTimeField()
    window_end = serializers.DateTimeField(help_text="Not in the window any more.")
    detail = serializers.DictField(
        child=serializers.FloatField(allow_null=True),
        help_text="Companions of the value, such as `p95_s`.",
    )
    because = serializers.CharField(help_text="Why there is no value.")
    words = serializers.SerializerMethodField()

    @extend_schema_field(InWords)
    def get_words(self, one: Measured) -> dict[str, str]:
        """Write it as pages do."""
        return {
            "value": words.quantity(one.value, one.unit),
            "interval": words.interval(one.low, one.high, one.unit),
            "window": words.window(one.window_start, one.window_end),
        }


class Measurement(Measure):
    """A measurement that a criterion asked for."""

    criterion = serializers.CharField()
    links = serializers.SerializerMethodField()

    @extend_schema_field(Links)
    def get_links(self, one: Measured) -> dict[str, str]:
        """Return where it is explained."""
        links = _links(self.context, one.criterion)
        return links | {"events": f"{links['events']}?metric={one.metric}"}


class Decision(Plain):
    """What a named assessor decided."""

    verb = serializers.ChoiceField(choices=["accept", "dispute", "override"])
    proposed = _number("What was proposed then.")
    level = _number("What counts; null for a dispute.")
    reason = serializers.CharField()
    expires_on = serializers.DateField(allow_null=True)
    expired = serializers.BooleanField(help_text="On the day of the scoring.")
    by = serializers.CharField()
    at = serializers.DateTimeField()


class Rung(Plain):
    """What a criterion asks for a level."""

    level = serializers.IntegerField()
    asks = serializers.CharField()


class Criterion(Plain):
    """Declared, measured and agreed on one line."""

    code = serializers.CharField()
    name = serializers.CharField()
    domain = serializers.CharField()
    topic = serializers.CharField()
    lane = serializers.ChoiceField(choices=["code", "model"])
    declared = _number("Of its topic.")
    measured = _number("The level that telemetry proposes.")
    agreed = _number("Of its topic.")
    standing = serializers.ChoiceField(
        choices=[
            "accepted",
            "disputed",
            "overridden",
            "expired",
            "undecided",
            "unmeasured",
        ]
    )
    applicable = serializers.BooleanField()
    because = serializers.ListField(child=serializers.CharField())
    window_days = serializers.IntegerField()
    minimum_n = serializers.IntegerField()
    minimum_coverage = _number("Below it a measurement is unknown.")
    ladder = Rung(many=True)
    measurements = Measurement(many=True)
    decision = Decision(allow_null=True)
    links = serializers.SerializerMethodField()

    @extend_schema_field(Links)
    def get_links(self, one: CriterionRow) -> dict[str, str]:
        """Return where it is explained."""
        return _links(self.context, one.code)


class Domain(Scored):
    """A domain with its topics; its criteria have an address of their own."""

    purpose = serializers.CharField()
    pillar = serializers.CharField()
    weight = serializers.FloatField()
    target = _number("Level to reach.")
    gap = _number("Target minus agreed; zero or less is reached.")
    left_out = serializers.CharField(help_text="Why this cycle leaves it out, if so.")
    movement = Movement(allow_null=True)
    topics = Topic(many=True)


class Header(Plain):
    """Which cycle, how it stands, and by which hashes it is known."""

    cycle_id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=["draft", "open", "in_review", "locked"])
    scope_id = serializers.IntegerField()
    scope_name = serializers.CharField()
    edition_key = serializers.CharField()
    edition_version = serializers.CharField()
    edition_sha256 = serializers.CharField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    scored_at = serializers.DateTimeField(allow_null=True)
    stale = serializers.BooleanField(
        help_text="Answers or decisions came in after the scoring."
    )
    card_sha256 = serializers.CharField()
    locked_at = serializers.DateTimeField(allow_null=True)
    locked_by = serializers.CharField()
    content_sha256 = serializers.CharField()


class Compared(Plain):
    """The locked cycle that movements are counted from."""

    cycle_id = serializers.IntegerField()
    title = serializers.CharField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()


class Lane(Plain):
    """The delivery metrics of one lane."""

    lane = serializers.ChoiceField(choices=["code", "model"])
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the label of this serializer
    metrics = Measurement(many=True)


class LiveLane(Plain):
    """The delivery metrics of one lane, as they are now."""

    lane = serializers.ChoiceField(choices=["code", "model"])
    metrics = Measure(many=True)


class Delivery(Plain):
    """Both lanes side by side; they are never averaged together."""

    first = serializers.DateField(help_text="First day of the window.")
    last = serializers.DateField(help_text="Last day of the window.")
    service = serializers.CharField(allow_null=True, help_text="Its key, if asked.")
    lanes = LiveLane(many=True)
    page = serializers.URLField(help_text="The dashboard with the same filters.")


class Change(Plain):
    """A level that moved with the last scoring, and why."""

    kind = serializers.ChoiceField(choices=["topic", "domain", "pillar", "scope"])
    code = serializers.CharField()
    column = serializers.ChoiceField(choices=["declared", "measured", "agreed"])
    before = _number("The level before.")
    after = _number("The level now.")
    sentence = serializers.CharField()
    because = serializers.CharField()


class CycleResults(Plain):
    """Everything the results page shows of a cycle."""

    header = Header()
    answer = serializers.SerializerMethodField(
        help_text="The answer first, in sentences."
    )
    overall = Group()
    pillars = Group(many=True)
    domains = Domain(many=True)
    delivery = Lane(many=True)
    changes = Change(many=True)
    previous = Compared(allow_null=True)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_answer(self, results: Results) -> list[str]:
        """Return the sentences that the page begins with."""
        return list(answer.answer(results))


class Cycle(Plain):
    """A cycle in a list."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=["draft", "open", "in_review", "locked"])
    scope_id = serializers.IntegerField()
    scope_name = serializers.CharField()
    edition_key = serializers.CharField()
    edition_version = serializers.CharField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    locked_at = serializers.DateTimeField(allow_null=True)
    content_sha256 = serializers.CharField()


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


def _links(context: Mapping[str, Any], criterion: str) -> dict[str, str]:
    """Return the pages of a criterion; the view hands in slug, cycle and request."""
    place = [context["slug"], context["cycle_id"], criterion]
    request = context["request"]
    return {
        "page": reverse("criterion", args=place, request=request),
        "events": reverse("criterion_events", args=place, request=request),
    }
