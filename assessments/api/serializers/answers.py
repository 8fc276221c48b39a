"""Questions and answers as JSON."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, Sent, free_text, number
from assessments.api.serializers.cycles import Progress
from assessments.api.serializers.measures import Measure


class Answer(Plain):
    """A person's newest answer to a question."""

    id = serializers.IntegerField(help_text="Of the rating: `seen` of the next one.")
    topic = serializers.CharField()
    answer = serializers.CharField(help_text="level, unknown or not_applicable.")
    level = serializers.IntegerField(allow_null=True)
    confidence = serializers.CharField()
    rationale = serializers.CharField()
    vantage = serializers.CharField()
    rated_at = serializers.DateTimeField()
    carried_from = serializers.CharField(
        help_text="The cycle that it came from, where nobody confirmed it since."
    )


class QuestionLine(Plain):
    """A question in the list of what I am asked."""

    topic = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()
    answer = Answer(allow_null=True)
    carried = Answer(allow_null=True, help_text="An earlier answer to confirm.")
    changed = serializers.BooleanField(help_text="Worded otherwise than last time.")
    comments = serializers.IntegerField()


class AnsweredDomain(Plain):
    """What I am asked of one domain."""

    code = serializers.CharField()
    name = serializers.CharField()
    mine = Progress()
    finished_at = serializers.DateTimeField(allow_null=True)
    questions = QuestionLine(many=True)


class Overview(Plain):
    """Everything that I am asked in a cycle."""

    cycle_id = serializers.IntegerField()
    title = serializers.CharField()
    scope_name = serializers.CharField()
    state = serializers.CharField()
    mine = Progress()
    domains = AnsweredDomain(many=True)


class Choice(Plain):
    """A level as the edition describes it."""

    level = serializers.IntegerField()
    name = serializers.CharField()
    text = serializers.CharField()


class Question(Plain):
    """One question with all its levels, and my answer."""

    cycle_id = serializers.IntegerField()
    state = serializers.CharField()
    unanchored = serializers.BooleanField()
    domain = serializers.CharField()
    domain_name = serializers.CharField()
    topic = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()
    help = serializers.CharField()
    evidence = serializers.ListField(child=serializers.CharField())
    choices = Choice(many=True)
    before = serializers.CharField(allow_null=True, help_text="The topic before.")
    after = serializers.CharField(allow_null=True, help_text="The topic after.")
    asks_why = serializers.ListField(
        child=serializers.CharField(), help_text="Answers that need a rationale."
    )
    vantage = serializers.CharField(help_text="From where I am asked.")
    newest = serializers.IntegerField(
        help_text="My newest rating, 0 for none: send it as `seen`."
    )
    answer = Answer(allow_null=True)
    carried = Answer(allow_null=True)


class Giving(Sent):
    """An answer."""

    answer = serializers.CharField(help_text="level, unknown or not_applicable.")
    level = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="With `level`: 1–5."
    )
    vantage = free_text("Empty: my own.")
    confidence = free_text("low, medium or high; or none.")
    rationale = free_text("Why; needed where the edition asks for it.")
    seen = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        help_text=(
            "`newest` of the question as it was read. Any other answer since is a"
            " conflict (409). Left out: this answer counts whatever there is."
        ),
    )


class Given(Plain):
    """An answer that is kept."""

    id = serializers.IntegerField()
    progress = Progress()


class Last(Plain):
    """My answer in an earlier cycle."""

    cycle = serializers.CharField()
    answer = Answer()


class Proposed(Plain):
    """What telemetry says about the question."""

    code = serializers.CharField()
    name = serializers.CharField()
    level = number("The level that it proposes.")
    because = serializers.ListField(child=serializers.CharField())
    measurements = Measure(many=True)


class AtHand(Plain):
    """What is at hand beside a question."""

    hidden = serializers.BooleanField(help_text="Until I have answered myself.")
    changed = serializers.BooleanField()
    last = Last(allow_null=True)
    proposed = Proposed(many=True)


class Comment(Plain):
    """What somebody said about a topic."""

    id = serializers.IntegerField()
    author = serializers.CharField()
    mine = serializers.BooleanField()
    text = serializers.CharField()
    told = serializers.ListField(
        child=serializers.CharField(), help_text="Who was mentioned."
    )
    written_at = serializers.DateTimeField()
    withdrawn = serializers.BooleanField()


class Saying(Sent):
    """A comment; `@name` tells a colleague by e-mail."""

    text = serializers.CharField()


class Said(Plain):
    """A comment that is kept."""

    id = serializers.IntegerField()
    told = serializers.ListField(child=serializers.CharField())
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Mentioned, but nobody is called so."
    )


class Rating(Plain):
    """One rating behind a topic's score."""

    who = serializers.CharField()
    mine = serializers.BooleanField()
    vantage = serializers.CharField(source="vantage_label")
    answer = serializers.CharField(source="answer_label")
    level = serializers.IntegerField(allow_null=True)
    confidence = serializers.CharField(source="confidence_label")
    rationale = serializers.CharField()
    rated_at = serializers.DateTimeField()
