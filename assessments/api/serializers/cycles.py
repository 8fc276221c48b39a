"""Cycles as JSON, and what is sent about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.api.serializers.base import Plain, Sent, free_text, ids, one_of

if TYPE_CHECKING:
    from assessments.queries.cycles import CycleRow

STATES = ("draft", "open", "in_review", "locked")


class Cycle(Plain):
    """A cycle in a list."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    state = one_of(STATES)
    scope_id = serializers.IntegerField()
    scope_name = serializers.CharField()
    edition_key = serializers.CharField()
    edition_version = serializers.CharField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    locked_at = serializers.DateTimeField(allow_null=True)
    content_sha256 = serializers.CharField()


class Progress(Plain):
    """How many of how many questions are answered."""

    answered = serializers.IntegerField()
    of = serializers.IntegerField()


class Based(Plain):
    """The cycle that a plan was taken from."""

    id = serializers.IntegerField()
    title = serializers.CharField()


class WholeCycle(Plain):
    """A cycle as it is planned and as it stands."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    state = one_of(STATES)
    scope_id = serializers.IntegerField()
    scope_name = serializers.CharField()
    edition_id = serializers.IntegerField()
    edition_title = serializers.CharField()
    edition_version = serializers.CharField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    targets = serializers.DictField(
        child=serializers.CharField(), help_text="Level to reach, by domain."
    )
    left_out = serializers.DictField(
        child=serializers.CharField(), help_text="Why a domain is left out."
    )
    rescoring = serializers.CharField(help_text="How often it re-scores itself.")
    unanchored = serializers.BooleanField(
        help_text="Last answers and measurements are shown after one's own answer only."
    )
    remind_every_days = serializers.IntegerField(allow_null=True)
    based_on = serializers.SerializerMethodField()
    progress = Progress()
    raters = serializers.IntegerField()
    created_by = serializers.CharField()
    locked_by = serializers.CharField()
    locked_at = serializers.DateTimeField(allow_null=True)
    content_sha256 = serializers.CharField()

    @extend_schema_field(Based(allow_null=True))
    def get_based_on(self, row: CycleRow) -> dict[str, object] | None:
        """Return the cycle that this one's plan was taken from."""
        if row.based_on is None:
            return None
        return {"id": row.based_on[0], "title": row.based_on[1]}


class Plan(Sent):
    """What a cycle is about; of a change, only what is to be different."""

    title = serializers.CharField(max_length=160)
    scope_ids = ids("Parts of the organization; each gets a cycle.", allow_empty=False)
    edition_id = serializers.IntegerField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    due_on = serializers.DateField(required=False, allow_null=True)
    targets = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="Level to reach by domain, such as `3.0`.",
    )
    left_out = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="Why a domain is left out.",
    )
    rescoring = serializers.CharField(
        required=False, help_text="never, daily or weekly."
    )
    unanchored = serializers.BooleanField(required=False)
    remind_every_days = serializers.IntegerField(required=False, allow_null=True)


class Opening(Sent):
    """How a cycle is opened."""

    carry_over = serializers.BooleanField(
        default=False,
        help_text="Offer the answers of the cycle that it is based on for confirming.",
    )


class Opened(Plain):
    """The cycles that are open now, and what was carried over."""

    cycle_ids = serializers.ListField(child=serializers.IntegerField())
    carried = serializers.IntegerField(help_text="Answers to confirm.")


class Due(Sent):
    """Until when answers are due, and how often to remind."""

    due_on = serializers.DateField(allow_null=True)
    remind_every_days = serializers.IntegerField(allow_null=True)


class Rhythm(Sent):
    """How often a cycle re-scores itself."""

    rescoring = serializers.CharField()


class Signing(Sent):
    """A signature under what was looked at."""

    sha256 = serializers.CharField(
        help_text="From `sign_off` of the check: what the person has looked at."
    )
    statement = free_text("In the person's own words.")


class Correcting(Sent):
    """Why a locked cycle is corrected."""

    reason = serializers.CharField()


class Finding(Plain):
    """One thing that speaks against locking."""

    severity = serializers.CharField(help_text="blocking, serious or look.")
    sentence = serializers.CharField()
    code = serializers.CharField(help_text="Domain, topic or criterion, if one.")


class Signed(Plain):
    """A signature."""

    person_id = serializers.IntegerField()
    name = serializers.CharField()
    statement = serializers.CharField()
    signed_at = serializers.DateTimeField()
    counts = serializers.BooleanField(help_text="False: something changed since.")


class SignOff(Plain):
    """How far a cycle is signed."""

    sha256 = serializers.CharField(help_text="Of what is to be signed.")
    needed = serializers.IntegerField()
    signed = Signed(many=True)


class Check(Plain):
    """What speaks against locking, and how far the cycle is signed."""

    findings = Finding(many=True)
    sign_off = SignOff()


class Difference(Plain):
    """One thing that a revision changed."""

    code = serializers.CharField()
    name = serializers.CharField()
    who = serializers.CharField(help_text="Empty where people are not shown.")
    before = serializers.CharField()
    after = serializers.CharField()


class Differences(Plain):
    """What a revision changed against the cycle that it corrects."""

    levels = Difference(many=True)
    answers = Difference(many=True)
    decisions = Difference(many=True)
    settlements = Difference(many=True)
    scored = serializers.BooleanField()
