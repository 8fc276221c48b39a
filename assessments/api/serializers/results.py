"""Results as JSON: declared, measured and agreed, with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.api.serializers.base import Plain, number
from assessments.api.serializers.measures import Lane, Links, Measurement, links_of
from assessments.charts import answer

if TYPE_CHECKING:
    from assessments.queries.results import CriterionRow, Results


class Span(Plain):
    """The level at both ends of the 95 % intervals of what was measured."""

    worst = number("With every measurement at the worse end; null: no level then.")
    best = number("With every measurement at the better end.")
    open = serializers.BooleanField(
        help_text="The ends differ: the level stands on a thin edge."
    )


class Column(Plain):
    """Declared, measured or agreed."""

    level = number("1.0–5.0 in half steps; null: none, see `because`.")
    coverage = number("Share of the inputs that are known, 0–1.")
    confidence = number("0–1; null where nobody said.")
    span = Span(
        allow_null=True,
        help_text="null: no measurement counts here, or the scoring is too old.",
    )


class Movement(Plain):
    """Against the last locked cycle of this scope and framework."""

    before = number("The agreed level then.")
    change = number("Now minus then.")
    uncertainty = number("Of the change, in levels.")
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
    lowest = number("Lowest of the people behind `declared`.")
    highest = number("Highest of them.")
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
    mean = number("Of the levels given.")


class Topic(Scored):
    """A topic with the spread of its ratings; nobody is named."""

    question = serializers.CharField()
    weight = serializers.FloatField()
    vantages = VantageRatings(many=True)


class Decision(Plain):
    """What a named assessor decided."""

    verb = serializers.ChoiceField(choices=["accept", "dispute", "override"])
    proposed = number("What was proposed then.")
    level = number("What counts; null for a dispute.")
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
    declared = number("Of its topic.")
    measured = number("The level that telemetry proposes.")
    agreed = number("Of its topic.")
    span = Span(allow_null=True, help_text="Of the level that telemetry proposes.")
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
    minimum_coverage = number("Below it a measurement is unknown.")
    ladder = Rung(many=True)
    measurements = Measurement(many=True)
    decision = Decision(allow_null=True)
    links = serializers.SerializerMethodField()

    @extend_schema_field(Links)
    def get_links(self, one: CriterionRow) -> dict[str, str]:
        """Return where it is explained."""
        return links_of(self.context, one.code)


class Foundation(Plain):
    """A domain that another one's level rests on; it changes no score."""

    code = serializers.CharField()
    name = serializers.CharField()
    level = number("Agreed there.")
    needed = serializers.IntegerField(help_text="The level asked for there.")
    from_level = serializers.IntegerField(help_text="From which level on it is asked.")
    why = serializers.CharField()
    standing = serializers.CharField(help_text="firm, weak or unknown.")


class Domain(Scored):
    """A domain with its topics; its criteria have an address of their own."""

    purpose = serializers.CharField()
    pillar = serializers.CharField()
    weight = serializers.FloatField()
    target = number("Level to reach.")
    gap = number("Target minus agreed; zero or less is reached.")
    left_out = serializers.CharField(help_text="Why this cycle leaves it out, if so.")
    movement = Movement(allow_null=True)
    topics = Topic(many=True)
    foundations = Foundation(many=True)


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


class Change(Plain):
    """A level that moved with the last scoring, and why."""

    kind = serializers.ChoiceField(choices=["topic", "domain", "pillar", "scope"])
    code = serializers.CharField()
    column = serializers.ChoiceField(choices=["declared", "measured", "agreed"])
    before = number("The level before.")
    after = number("The level now.")
    sentence = serializers.CharField()
    because = serializers.CharField()


class Asked(Plain):
    """A decision that the numbers ask for."""

    what = serializers.CharField()
    why = serializers.CharField()


class Story(Plain):
    """What reports and pages tell around the answer, by the same rules."""

    moved = serializers.CharField(help_text="The whole against before.")
    movers = serializers.CharField(
        help_text="Which domains moved; those within their uncertainty are counted."
    )
    reached = serializers.CharField(help_text="How many targets are reached.")
    sure = serializers.ListField(
        child=serializers.CharField(), help_text="How much the levels rest on."
    )
    asked = Asked(many=True)


class CycleResults(Plain):
    """Everything the results page shows of a cycle."""

    header = Header()
    answer = serializers.SerializerMethodField(
        help_text="The answer first, in sentences."
    )
    story = serializers.SerializerMethodField(help_text="What stands behind it.")
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

    @extend_schema_field(Story)
    def get_story(self, results: Results) -> dict[str, object]:
        """Return the sentences behind the answer."""
        return dict(Story(answer.tell(results)).data)
