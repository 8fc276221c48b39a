"""Who is asked what, as JSON."""

from __future__ import annotations

from rest_framework import serializers

from assessments.api.serializers.base import Plain, Sent, codes, free_text, ids
from assessments.api.serializers.cycles import Progress

VANTAGES = "leadership, practitioner, consumer or oversight"


class AskedDomain(Plain):
    """How far one person is with one domain."""

    code = serializers.CharField()
    name = serializers.CharField()
    progress = Progress()
    finished = serializers.BooleanField(help_text="The person says so.")
    status = serializers.CharField(help_text="todo, started or done.")
    handed_by = serializers.CharField(help_text="Who handed it over, if somebody.")


class Participant(Plain):
    """One person who is asked something, with an account or by a link."""

    name = serializers.CharField()
    email = serializers.CharField()
    vantage = serializers.CharField()
    person_id = serializers.IntegerField(allow_null=True)
    invitation_id = serializers.IntegerField(
        allow_null=True, help_text="Of somebody who answers by a link."
    )
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Of the link.")
    invited_by = serializers.CharField()
    status = serializers.CharField(help_text="todo, started or done.")
    progress = Progress()
    domains = AskedDomain(many=True, source="asked")
    last_at = serializers.DateTimeField(allow_null=True, help_text="Last answer.")
    asked_at = serializers.DateTimeField(allow_null=True)
    mail = serializers.CharField(
        source="mail.state", help_text="none, waiting, sent or failed."
    )


class Naming(Sent):
    """Members to ask."""

    person_ids = ids("Members who may answer.", allow_empty=False)
    domains = codes("Domains to ask them for.", allow_empty=False)
    vantage = free_text(f"{VANTAGES}; empty: each person's own.")


class Asking(Sent):
    """What one member is asked."""

    domains = codes("Domains to ask for; the others are asked for no longer.")
    vantage = free_text(f"{VANTAGES}; empty: the person's own.")


class Inviting(Sent):
    """Somebody without an account."""

    email = serializers.EmailField()
    name = free_text(max_length=120)
    vantage = serializers.CharField(help_text=VANTAGES)
    domains = codes("Domains to ask for.", allow_empty=False)
    expires_on = serializers.DateField(help_text="The link's last day.")


class Invitation(Plain):
    """A link, shown this once."""

    id = serializers.IntegerField()
    email = serializers.CharField()
    address = serializers.CharField(help_text="Opens the questions; keep it secret.")


class Reminding(Sent):
    """Whom to remind; nobody named: all who are not done."""

    person_id = serializers.IntegerField(required=False, allow_null=True)
    invitation_id = serializers.IntegerField(required=False, allow_null=True)
    vantage = free_text("Only people of this vantage point.")


class Reminded(Plain):
    """How many reminders go out."""

    reminders = serializers.IntegerField()


class MyCell(AskedDomain):
    """A domain that I am asked for."""

    note = serializers.CharField(help_text="Of who handed it over.")


class MyCycle(Plain):
    """What I am asked in one cycle."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    scope_name = serializers.CharField()
    asked_by = serializers.CharField()
    state = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    named = serializers.BooleanField(help_text="False: everybody is asked everything.")
    status = serializers.CharField(help_text="todo, started or done.")
    progress = Progress()
    domains = MyCell(many=True)


class Finishing(Sent):
    """Whether I am done with a domain."""

    finished = serializers.BooleanField()


class Handing(Sent):
    """To whom I hand a domain over: a member, or an address."""

    to_id = serializers.IntegerField(
        required=False, allow_null=True, help_text="A member who may answer."
    )
    email = serializers.EmailField(
        required=False, allow_blank=True, help_text="Of somebody without an account."
    )
    note = free_text("What the person should know.", max_length=1000)


class Handed(Plain):
    """With whom the domain is now."""

    to = serializers.CharField()
