"""Who takes part in a cycle: asked, told, done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import (
    Assignment,
    Cycle,
    CycleState,
    Invitation,
    NoticeKind,
    Vantage,
)
from assessments.queries.answers import kept
from assessments.queries.assignments import (
    answering_members,
    name_of,
    names_people,
)
from assessments.queries.frameworks import framework_of
from assessments.services import inviting, journal, noticing, plans
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, tzinfo

    from assessments.queries.assignments import Person
    from assessments.services.inviting import Invited


class Closed(Refusal):
    """Who is asked can be changed in a draft and in an open cycle."""


class NotAsked(Refusal):
    """The person is not asked for this domain."""


class LinksOut(Refusal):
    """Links are for some domains: while they live, not everybody is asked."""


# ── who is asked ───────────────────────────────────────────────────────────────────


@transaction.atomic
def ask(
    *,
    cycle_id: int,
    person_ids: Sequence[int],
    domains: Sequence[str],
    vantage: str = "",
    by: User,
    now: datetime,
) -> None:
    """Ask people for these domains too, each from this vantage point or their own."""
    for cycle in _writable(cycle_id):
        _name_all(cycle, by, now)
        codes = _codes(cycle, domains)
        for person in _people(cycle, person_ids):
            asked = _asked(cycle, person.id)
            _write(cycle, person, {*asked, *codes}, vantage, by, now)


@transaction.atomic
def set_person(
    *,
    cycle_id: int,
    person_id: int,
    domains: Sequence[str],
    vantage: str = "",
    by: User,
    now: datetime,
) -> None:
    """Ask one person for exactly these domains; what was answered already stays."""
    for cycle in _writable(cycle_id):
        _name_all(cycle, by, now)
        codes = _codes(cycle, domains)
        for person in _people(cycle, [person_id]):
            _write(cycle, person, set(codes), vantage, by, now)


@transaction.atomic
def set_domain(
    *, cycle_id: int, domain: str, person_ids: Sequence[int], by: User, now: datetime
) -> None:
    """Ask exactly these members for a domain; guests keep what their link is for."""
    for cycle in _writable(cycle_id):
        _name_all(cycle, by, now)
        (code,) = _codes(cycle, [domain])
        wanted = set(person_ids)
        everybody = members(cycle)
        for person in everybody:
            asked = _asked(cycle, person.id)
            if person.id in wanted and code not in asked:
                _write(cycle, person, {*asked, code}, "", by, now)
            elif person.id not in wanted and code in asked:
                _write(cycle, person, set(asked) - {code}, "", by, now)


@transaction.atomic
def remove(*, cycle_id: int, person_id: int, by: User, now: datetime) -> None:
    """Ask a person nothing more; what they answered stays."""
    for cycle in _writable(cycle_id):
        _name_all(cycle, by, now)
        if Assignment.objects.filter(cycle=cycle, person_id=person_id).delete()[0]:
            journal.about_cycle(
                cycle, "participant.removed", by=by, at=now, person=person_id
            )


@transaction.atomic
def ask_everybody(*, cycle_id: int, by: User, now: datetime) -> None:
    """Ask everybody who may answer for everything, instead of naming people."""
    for cycle in _writable(cycle_id):
        if Invitation.objects.filter(cycle=cycle, revoked_at=None).exists():
            raise LinksOut(
                _(
                    "People were invited by link, each for some domains. Revoke their"
                    " links first; or name everybody whom you want to ask."
                )
            )
        if Assignment.objects.filter(cycle=cycle).delete()[0]:
            journal.about_cycle(cycle, "participant.everybody_asked", by=by, at=now)


@transaction.atomic
def invite(
    *,
    cycle_id: int,
    email: str,
    name: str,
    vantage: str,
    domains: Sequence[str],
    expires_on: date,
    zone: tzinfo,
    by: User,
    now: datetime,
) -> list[Invited]:
    """Invite somebody without an account, to this draft and those planned with it."""
    invited = []
    for cycle in _writable(cycle_id):
        _name_all(cycle, by, now)
        invited.append(
            inviting.invite(
                cycle=cycle,
                email=email,
                name=name,
                vantage=vantage,
                domains=_codes(cycle, domains),
                expires_on=expires_on,
                zone=zone,
                by=by,
                now=now,
            )
        )
    return invited


def copy(*, from_cycle_id: int, to_cycle_id: int, by: User, now: datetime) -> None:
    """Ask the same members of another draft, as far as it asks about their domains."""
    to = Cycle.objects.select_related("scope", "workspace").get(pk=to_cycle_id)
    codes = _kept(to)
    may = {person.id for person in members(to)}
    rows = Assignment.objects.filter(cycle_id=from_cycle_id, person_id__in=may)
    Assignment.objects.bulk_create(
        [
            Assignment(
                cycle=to,
                person_id=row.person_id,
                domain=row.domain,
                vantage=row.vantage,
                asked_by=by,
                asked_at=now,
            )
            for row in rows
            if row.domain in codes
        ],
        ignore_conflicts=True,
    )


def trim(*, cycle_id: int, codes: Sequence[str]) -> None:
    """Forget who was asked for domains that a draft does not have any more."""
    Assignment.objects.filter(cycle_id=cycle_id).exclude(domain__in=codes).delete()
    for row in Invitation.objects.filter(cycle_id=cycle_id):
        left = [code for code in row.domains if code in codes]
        if left != row.domains:
            Invitation.objects.filter(pk=row.pk).update(domains=left or list(codes))


# ── telling them ───────────────────────────────────────────────────────────────────


def tell_everybody(*, cycle: Cycle, by: User, now: datetime) -> None:
    """Mail everybody who is asked that a cycle is open; nobody twice."""
    named: dict[int, int] = {}
    rows = Assignment.objects.filter(cycle=cycle).exclude(
        person_id__in=_guest_ids(cycle)
    )
    for person_id in rows.values_list("person_id", flat=True):
        named[person_id] = named.get(person_id, 0) + 1
    everybody = not names_people(cycle_id=cycle.pk)
    for person in members(cycle):
        if person.id != by.pk and (everybody or person.id in named):
            _tell(cycle, person, named.get(person.id, 0), by, now)
    links = Invitation.objects.filter(cycle=cycle, revoked_at=None, expires_at__gt=now)
    for one in links.select_related("cycle__workspace", "invited_by"):
        inviting.tell(invitation=one, now=now)


def questions_address(cycle: Cycle) -> str:
    """Return where people find what they are asked, for mails."""
    path = reverse("asked", args=[cycle.workspace.slug])
    return f"{settings.PUBLIC_URL}{path}"


# ── done ───────────────────────────────────────────────────────────────────────────


@transaction.atomic
def finish(*, cycle_id: int, domain: str, person: User, now: datetime) -> None:
    """Keep that a person is done with a domain; said twice it is said once."""
    mine = Assignment.objects.filter(cycle_id=cycle_id, domain=domain, person=person)
    if not mine.exists():
        raise NotAsked(_("You are not asked for this domain."))
    cycle = Cycle.objects.select_related("scope").get(pk=cycle_id)
    if cycle.state != CycleState.OPEN:
        raise Closed(_("This cycle takes no answers at the moment."))
    if mine.filter(finished_at=None).update(finished_at=now):
        journal.about_cycle(cycle, "domain.finished", by=person, at=now, domain=domain)


def unfinish(*, cycle_id: int, domain: str, person: User, now: datetime) -> None:
    """Take back that a person is done with a domain: they answer again."""
    mine = Assignment.objects.filter(cycle_id=cycle_id, domain=domain, person=person)
    if mine.exclude(finished_at=None).update(finished_at=None):
        cycle = Cycle.objects.get(pk=cycle_id)
        journal.about_cycle(
            cycle, "domain.taken_up_again", by=person, at=now, domain=domain
        )


# ── inside ─────────────────────────────────────────────────────────────────────────


def held(cycle_id: int) -> Cycle:
    """Return the cycle and hold it: nobody writes to it until this is done."""
    rows = Cycle.objects.select_for_update(of=("self",))
    return rows.select_related("scope", "workspace").get(pk=cycle_id)


def _writable(cycle_id: int) -> list[Cycle]:
    """Return the cycle, with the drafts that share its plan."""
    cycle = held(cycle_id)
    if cycle.state not in (CycleState.DRAFT, CycleState.OPEN):
        raise Closed(
            _(
                "Who is asked can be changed while a cycle is a draft or open."
                " Reopen it to ask somebody else."
            )
        )
    together = plans.drafted_together(cycle)
    return [cycle if one.pk == cycle.pk else held(one.pk) for one in together]


def _name_all(cycle: Cycle, by: User, now: datetime) -> None:
    """Write down who has been asked so far, before the first one is named.

    Otherwise naming one person in an open cycle would shut everybody else out.
    """
    if cycle.state == CycleState.DRAFT or names_people(cycle_id=cycle.pk):
        return
    codes = set(_kept(cycle))
    for person in members(cycle):
        _write(cycle, person, codes, "", by, now)


def members(cycle: Cycle) -> list[Person]:
    """Return the members who may answer in a cycle."""
    return answering_members(workspace_id=cycle.workspace_id, path=cycle.scope.path)


def _people(cycle: Cycle, person_ids: Sequence[int]) -> list[Person]:
    wanted = set(person_ids)
    found = [one for one in members(cycle) if one.id in wanted]
    if not found:
        raise Unfit("people", _("Choose at least one person who may answer here."))
    return found


def _kept(cycle: Cycle) -> list[str]:
    edition = framework_of(cycle_id=cycle.pk)
    return [domain.code for domain in kept(edition, cycle.left_out)]


def _codes(cycle: Cycle, domains: Sequence[str]) -> list[str]:
    codes = [code for code in _kept(cycle) if code in set(domains)]
    if not codes:
        raise Unfit("domains", _("Choose at least one domain of this cycle."))
    return codes


def _asked(cycle: Cycle, person_id: int) -> list[str]:
    rows = Assignment.objects.filter(cycle=cycle, person_id=person_id)
    return list(rows.values_list("domain", flat=True))


def _guest_ids(cycle: Cycle) -> list[int | None]:
    rows = Invitation.objects.filter(cycle=cycle).exclude(person=None)
    return list(rows.values_list("person_id", flat=True))


def _write(
    cycle: Cycle,
    person: Person,
    codes: set[str],
    vantage: str,
    by: User,
    now: datetime,
) -> None:
    rows = Assignment.objects.filter(cycle=cycle, person_id=person.id)
    before = {row.domain: row for row in rows}
    known = next((row.vantage for row in before.values()), person.vantage)
    vantage = vantage or known
    if vantage not in Vantage.values:
        raise Unfit("vantage", _("Choose the point from which this person looks."))
    gone, new = before.keys() - codes, codes - before.keys()
    if not (gone or new or vantage != known):
        return
    rows.filter(domain__in=gone).delete()
    rows.exclude(vantage=vantage).update(vantage=vantage)
    Assignment.objects.bulk_create(
        Assignment(
            cycle=cycle,
            person_id=person.id,
            domain=code,
            vantage=vantage,
            asked_by=by,
            asked_at=now,
        )
        for code in sorted(new)
    )
    journal.about_cycle(
        cycle,
        "participant.asked",
        by=by,
        at=now,
        person=person.name,
        domains=[*sorted(codes)],
        vantage=vantage,
    )
    if cycle.state == CycleState.OPEN and new and person.id != by.pk:
        _tell(cycle, person, len(codes), by, now)


def _tell(cycle: Cycle, person: Person, domains: int, by: User, now: datetime) -> None:
    user = User.objects.get(pk=person.id)
    subject, body = noticing.compose(
        "asked",
        person=user,
        name=person.name,
        asker=name_of(by),
        cycle=cycle,
        domains=domains,
        address=questions_address(cycle),
    )
    noticing.notify(
        workspace_id=cycle.workspace_id,
        cycle_id=cycle.pk,
        kind=NoticeKind.INVITATION,
        key=f"asked:{cycle.pk}:{person.id}",
        person=user,
        subject=subject,
        body=body,
        now=now,
    )
