"""Members, the journal, shared links and the heat map as JSON."""

from __future__ import annotations

from rest_framework import serializers

from assessments.access import Role
from assessments.api.serializers.base import Plain, Sent, free_text, number, one_of
from assessments.api.serializers.results import Movement

_ROLES = [role.value for role in Role]


class Grant(Plain):
    """A role over a part of the organization."""

    id = serializers.IntegerField()
    role = one_of(_ROLES)
    scope_name = serializers.CharField()


class Member(Plain):
    """A member, with what they may do and where."""

    id = serializers.IntegerField()
    user_id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    role = one_of(_ROLES)
    vantage = serializers.CharField()
    joined_at = serializers.DateTimeField()
    last_login = serializers.DateTimeField(allow_null=True)
    grants = Grant(many=True)


class Joining(Sent):
    """Who joins, as what."""

    login = serializers.CharField(help_text="A user name or an e-mail address.")
    role = one_of(_ROLES)
    vantage = serializers.CharField()


class Joined(Plain):
    """Who joined; of a new account also its first password, this once."""

    id = serializers.IntegerField(source="member_id")
    username = serializers.CharField()
    password = serializers.CharField(allow_null=True)


class MemberRole(Sent):
    """As what somebody is here."""

    role = one_of(_ROLES)
    vantage = serializers.CharField()


class Granting(Sent):
    """Which role, over which part."""

    scope_id = serializers.IntegerField()
    role = one_of(_ROLES)


class Entry(Plain):
    """One act in the journal."""

    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    who = serializers.CharField()
    verb = serializers.CharField()
    act = serializers.CharField(help_text="The verb in words.")
    kind = serializers.CharField(help_text="What it was done to.")
    target = serializers.IntegerField(help_text="Its id.")
    detail = serializers.DictField()
    why = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of this entry and all before it.")


class Share(Plain):
    """A link that shows a result to whoever holds it."""

    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the label of this serializer
    by = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    seen_at = serializers.DateTimeField(allow_null=True, help_text="Last opened.")
    open = serializers.BooleanField()


class Sharing(Sent):
    """A new link."""

    label = free_text("For whom it is.", max_length=80)  # type: ignore[assignment]  # a field of this name, not the label of this serializer
    expires_on = serializers.DateField(help_text="Its last day, within a year.")


class Shared(Plain):
    """A link, shown this once."""

    address = serializers.CharField()


class HeatMapUnit(Plain):
    """A part of the organization in the heat map, with the cycle it is read from."""

    scope_id = serializers.IntegerField()
    name = serializers.CharField()
    cycle_id = serializers.IntegerField()
    cycle_title = serializers.CharField()
    period_end = serializers.DateField()
    locked = serializers.BooleanField()
    edition_version = serializers.CharField()
    level = number("Agreed, overall.")


class Cell(Plain):
    """A domain of a unit."""

    asked = serializers.BooleanField(help_text="False: the edition has it not.")
    left_out = serializers.CharField()
    declared = number("What people said.")
    measured = number("What telemetry says.")
    agreed = number("What counts.")
    coverage = number("0–1, of agreed.")
    target = number("To reach.")
    gap = number("Target minus agreed.")
    movement = Movement(allow_null=True)
    because = serializers.ListField(child=serializers.CharField())


class HeatMapLine(Plain):
    """A domain over all units, in their order."""

    code = serializers.CharField()
    name = serializers.CharField()
    cells = Cell(many=True)


class HeatMap(Plain):
    """Every domain of every unit."""

    edition_key = serializers.CharField()
    edition_title = serializers.CharField()
    units = HeatMapUnit(many=True)
    lines = HeatMapLine(many=True)
