"""Handing a domain to a colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Assignment, Cycle, CycleState, NoticeKind
from assessments.queries.assignments import name_of
from assessments.queries.frameworks import framework_of
from assessments.services import inviting, journal, noticing, participating
from assessments.services.refusals import Unfit

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from django.contrib.auth.models import User

    from assessments.queries.assignments import Person

_LONGEST_NOTE = 2000


@transaction.atomic
def hand_over(
    *,
    cycle_id: int,
    domain: str,
    person: User,
    note: str,
    zone: tzinfo,
    expires_on: date,
    now: datetime,
    to_id: int | None = None,
    email: str = "",
) -> str:
    """Give a domain to a colleague, a member or somebody by e-mail; return who.

    What was answered already stays under the name of who answered it.
    """
    cycle = participating.held(cycle_id)
    mine = Assignment.objects.filter(cycle=cycle, domain=domain, person=person).first()
    if mine is None:
        raise participating.NotAsked(_("You are not asked for this domain."))
    if cycle.state != CycleState.OPEN:
        raise participating.Closed(_("This cycle takes no answers at the moment."))
    note = note.strip()
    if len(note) > _LONGEST_NOTE:
        raise Unfit(
            "note", _("Keep the note within %(n)s characters.") % {"n": _LONGEST_NOTE}
        )
    colleague = _colleague(cycle, person, to_id, email.strip())
    if colleague is None:
        inviting.invite(
            cycle=cycle,
            email=email,
            name="",
            vantage=mine.vantage,
            domains=[domain],
            expires_on=expires_on,
            zone=zone,
            by=person,
            now=now,
            note=note,
        )
        who = email.strip()
    else:
        who = colleague.name
        _give(cycle, mine, colleague, note, now)
    mine.delete()
    journal.about_cycle(
        cycle,
        "domain.handed_over",
        by=person,
        at=now,
        why=note,
        domain=domain,
        to=who,
    )
    return who


def _colleague(
    cycle: Cycle, person: User, to_id: int | None, email: str
) -> Person | None:
    """Return the member meant; None: somebody by e-mail."""
    for one in participating.members(cycle):
        if one.id == to_id or (email and one.email.lower() == email.lower()):
            if one.id == person.pk:
                raise Unfit("to", _("That is you: choose somebody else."))
            return one
    if to_id is not None:
        raise Unfit("to", _("Choose one of the people who may answer here."))
    if not email:
        raise Unfit("to", _("Choose a colleague, or enter an e-mail address."))
    return None


def _give(cycle: Cycle, mine: Assignment, to: Person, note: str, now: datetime) -> None:
    person = mine.person
    given, _made = Assignment.objects.update_or_create(
        cycle=cycle,
        person_id=to.id,
        domain=mine.domain,
        defaults={
            "handed_by": person,
            "note": note,
            "finished_at": None,
        },
        create_defaults={
            "vantage": to.vantage,
            "asked_by_id": mine.asked_by_id,
            "asked_at": now,
            "handed_by": person,
            "note": note,
        },
    )
    row = given.person
    edition = framework_of(cycle_id=cycle.pk, language=noticing.language_of(row))
    subject, body = noticing.compose(
        "handed_over",
        person=row,
        name=to.name,
        giver=name_of(person),
        cycle=cycle,
        domain=edition.domain(mine.domain).name,
        note=note,
        address=participating.questions_address(cycle),
    )
    noticing.notify(
        workspace_id=cycle.workspace_id,
        cycle_id=cycle.pk,
        kind=NoticeKind.HANDED_OVER,
        key=f"handed:{cycle.pk}:{mine.domain}:{person.pk}:{to.id}:{now:%Y%m%d%H%M}",
        person=row,
        subject=subject,
        body=body,
        now=now,
    )
