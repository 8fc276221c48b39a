"""Gaps, initiatives, gates and the platform as JSON."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, Sent, free_text, half_steps, number


class Weaker(Plain):
    """A foundation that is weaker than what rests on it."""

    code = serializers.CharField()
    name = serializers.CharField()
    level = number("Its agreed level.")
    needed = serializers.IntegerField()
    why = serializers.CharField()


class Gap(Plain):
    """What is missing to a target, with its rank."""

    rank = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    level = number("Agreed.")
    target = number("To reach.")
    size = number("Target minus agreed.")
    coverage = number("0–1.")
    confidence = number("0–1; null where nobody said.")
    impact = number("On the overall level.")
    effort = serializers.IntegerField(help_text="1 days to 5 more than a year.")
    next_target = number("One level a cycle, at most.")
    evidence = serializers.ListField(child=serializers.CharField())
    activities = serializers.ListField(child=serializers.CharField())
    weaker = Weaker(many=True)


class Silence(Plain):
    """A domain with a target and no level, and why."""

    code = serializers.CharField()
    name = serializers.CharField()
    target = number("To reach.")
    coverage = number("0–1.")
    because = serializers.ListField(child=serializers.CharField())


class Gaps(Plain):
    """The gaps of a cycle, ranked by impact and effort."""

    cycle_id = serializers.IntegerField(source="header.cycle_id")
    scored = serializers.BooleanField()
    level = number("Agreed, overall.")
    gaps = Gap(many=True)
    silences = Silence(many=True)
    reached = serializers.ListField(child=serializers.CharField())
    untargeted = serializers.ListField(child=serializers.CharField())


class Followed(Plain):
    """What was expected of a domain, and what became of it."""

    domain = serializers.CharField()
    name = serializers.CharField()
    before = number("When the initiative began.")
    expected = number("Afterwards.")
    cycle_id = serializers.IntegerField(allow_null=True, help_text="Of `now`.")
    now = number("In the newest cycle since.")
    coverage = number("0–1, of `now`.")
    change = number("Now minus before.")
    uncertainty = number("Of the change, in levels.")
    reached = serializers.BooleanField()


class Initiative(Plain):
    """An initiative with owner, dates and expected levels."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    scope_id = serializers.IntegerField()
    scope_name = serializers.CharField()
    cycle_id = serializers.IntegerField(allow_null=True)
    owner_id = serializers.IntegerField(allow_null=True)
    owner = serializers.CharField()
    start_on = serializers.DateField()
    due_on = serializers.DateField()
    effort = serializers.IntegerField()
    status = serializers.CharField()
    overdue = serializers.BooleanField()
    closed_on = serializers.DateField(allow_null=True)
    created_by = serializers.CharField()
    followed = Followed(many=True)
    marker = serializers.CharField(help_text="Send it back with a change.")


class Drafting(Sent):
    """What is written about an initiative."""

    title = serializers.CharField(max_length=160)
    text = free_text(max_length=4000)
    scope_id = serializers.IntegerField(help_text="Where it is done.")
    owner_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    start_on = serializers.DateField()
    due_on = serializers.DateField()
    effort = serializers.IntegerField(help_text="1 days to 5 more than a year.")
    expected = serializers.DictField(
        child=half_steps("Afterwards."),
        required=False,
        default=dict,
        help_text="Level that is expected afterwards, by domain.",
    )


class Starting(Drafting):
    """A new initiative."""

    cycle_id = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The cycle whose gap it closes.",
    )


class Changing(Drafting):
    """A changed initiative; what somebody else changed meanwhile is a 409."""

    marker = serializers.CharField(help_text="Of the initiative as it was read.")


class Moving(Sent):
    """How an initiative stands."""

    status = serializers.CharField(
        help_text="proposed, planned, under_way, done or dropped."
    )
    why = free_text("Needed to drop it.", max_length=1000)


class UnitAccess(Plain):
    """How one part of the organization gets a capability."""

    scope_id = serializers.IntegerField(source="unit.id")
    name = serializers.CharField(source="unit.name")
    provision = serializers.CharField(
        help_text="self_service, ticket, none or unknown."
    )
    wait_seconds = serializers.IntegerField(allow_null=True)
    own = serializers.BooleanField(help_text="False: as the part above said.")


class Capability(Plain):
    """What a platform offers, and who gets it how."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    text = serializers.CharField()
    area = serializers.CharField()
    team_id = serializers.IntegerField(allow_null=True)
    team = serializers.CharField()
    url = serializers.CharField()
    units = UnitAccess(many=True, source="cells")


class Offering(Sent):
    """What is written about a capability."""

    name = serializers.CharField(max_length=120)
    text = free_text(max_length=4000)
    area = free_text(max_length=80)
    team_id = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Who offers it."
    )
    url = free_text()


class Access(Plain):
    """How one part gets it."""

    scope_id = serializers.IntegerField()
    provision = serializers.CharField(
        allow_blank=True,
        help_text="self_service, ticket, none, unknown; empty: as the part above.",
    )
    wait_hours = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0
    )


class Providing(Sent):
    """How parts of the organization get a capability."""

    units = Access(many=True)
