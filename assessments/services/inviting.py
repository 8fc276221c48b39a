"""Links for people without an account: made, opened, renewed, revoked, retired."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.access import Role
from assessments.models import (
    Assignment,
    Cycle,
    CycleState,
    Grant,
    Invitation,
    Member,
    NoticeKind,
    Vantage,
)
from assessments.queries.assignments import name_of
from assessments.services import journal, links, noticing
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, tzinfo

    from django.contrib.auth.models import AbstractBaseUser

_LONGEST_NAME = 120
# A link that is in a mailbox for longer is likely to be opened by somebody else.
LONGEST_LIFE = timedelta(days=180)


class NoSuchInvitation(Refusal):
    """The invitation is not one of this cycle, or it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A new invitation; its link is known only here and in the mail."""

    id: int
    email: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an invitation lets its reader in to."""

    invitation_id: int
    cycle_id: int
    cycle_title: str
    workspace_name: str
    workspace_slug: str
    name: str
    invited_by: str
    domains: int
    due_on: date | None
    expires_at: datetime
    is_open: bool


@transaction.atomic
def invite(
    *,
    cycle: Cycle,
    email: str,
    name: str,
    vantage: str,
    domains: Sequence[str],
    expires_on: date,
    zone: tzinfo,
    by: AbstractBaseUser,
    now: datetime,
    note: str = "",
) -> Invited:
    """Make a link for an address; it is mailed at once if the cycle is open."""
    email = _address(cycle, email)
    if links.live(cycle_id=cycle.pk, email=email, now=now):
        raise Unfit(
            "email",
            _("%(email)s has a link already: renew it if it was lost.")
            % {"email": email},
        )
    if vantage not in Vantage.values:
        raise Unfit("vantage", _("Choose the point from which this person looks."))
    expires_at = datetime.combine(expires_on, time(23, 59, 59), zone)
    if not now < expires_at <= now + LONGEST_LIFE:
        raise Unfit(
            "expires_on",
            _("A link ends on a day from today on, at most %(n)s days ahead.")
            % {"n": LONGEST_LIFE.days},
        )
    before = Invitation.objects.filter(
        cycle__workspace_id=cycle.workspace_id, email=email
    ).exclude(person=None)
    guest = before.order_by("-pk").first()
    made = _made(
        cycle,
        Invitation(
            cycle=cycle,
            email=email,
            name=" ".join(name.split())[:_LONGEST_NAME],
            vantage=vantage,
            domains=list(domains),
            expires_at=expires_at,
            person_id=guest.person_id if guest else None,
        ),
        by,
        now,
    )
    if guest and guest.person_id:
        _assign(made, guest.person_id)
    _journal(made, "invitation.made", by, now)
    if cycle.state == CycleState.OPEN:
        tell(invitation=made, now=now, note=note)
    return _invited(made)


@transaction.atomic
def renew(
    *, cycle_id: int, invitation_id: int, by: AbstractBaseUser, now: datetime
) -> Invited:
    """Make a new link with the same life; the old one opens nothing any more."""
    old = _live_row(cycle_id, invitation_id)
    cycle = old.cycle
    Invitation.objects.filter(pk=old.pk).update(revoked_at=now)
    made = _made(
        cycle,
        Invitation(
            cycle=cycle,
            email=old.email,
            name=old.name,
            vantage=old.vantage,
            domains=old.domains,
            expires_at=max(old.expires_at, now + (old.expires_at - old.invited_at)),
            person_id=old.person_id,
            opened_at=old.opened_at,
        ),
        by,
        now,
    )
    _journal(made, "invitation.renewed", by, now)
    if cycle.state == CycleState.OPEN:
        tell(invitation=made, now=now)
    return _invited(made)


@transaction.atomic
def revoke(
    *, cycle_id: int, invitation_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Let a link open nothing any more and its guest see nothing; answers stay."""
    row = _live_row(cycle_id, invitation_id)
    Invitation.objects.filter(pk=row.pk).update(revoked_at=now)
    Assignment.objects.filter(cycle_id=cycle_id, person_id=row.person_id).delete()
    _journal(row, "invitation.revoked", by, now)
    retire(now=now)


def look(*, token: str, now: datetime) -> Opened | None:
    """Return what a link opens, or None; looking at it changes nothing."""
    row = _by_token(token, now)
    return _opened(row) if row else None


@transaction.atomic
def open_(*, token: str, now: datetime) -> tuple[Opened, User] | None:
    """Return what a link opens and the guest whom it signs in, or None.

    The guest's account is made the first time: it has no password and no address, so
    that the link is the only way in; it is a respondent who answers what was asked.
    """
    row = _by_token(token, now)
    if row is None or row.cycle.state == CycleState.DRAFT:
        return None
    # Two openings at the same moment queue here: there is one guest.
    row = Invitation.objects.select_for_update(of=("self",)).get(pk=row.pk)
    guest = row.person or _guest(row)
    if row.opened_at is None:
        # A lead asked anew for somebody who was no member any more.
        _join(row, guest, now)
    if not _may_enter(row, guest):
        return None
    if not guest.is_active:
        guest.is_active = True
        guest.save(update_fields=["is_active"])
    if row.person_id is None or row.opened_at is None:
        Invitation.objects.filter(pk=row.pk).update(person=guest, opened_at=now)
        _assign(row, guest.pk)
        _journal(row, "invitation.opened", guest, now)
    return _opened(row), guest


@transaction.atomic
def retire(*, now: datetime) -> int:
    """Close the accounts of guests who have no link any more; return how many."""
    live = Invitation.objects.filter(revoked_at=None, expires_at__gt=now).exclude(
        Q(cycle__state=CycleState.LOCKED) | Q(person=None)
    )
    guests = Invitation.objects.exclude(person=None).values("person_id")
    over = User.objects.filter(
        pk__in=guests, is_active=True, memberships__role=Role.RESPONDENT
    ).exclude(pk__in=live.values("person_id"))
    ids = list(over.values_list("pk", flat=True))
    return User.objects.filter(pk__in=ids).update(is_active=False)


def tell(*, invitation: Invitation, now: datetime, note: str = "") -> None:
    """Mail a link to whom it is for."""
    cycle = invitation.cycle
    subject, body = noticing.compose(
        "invited",
        name=invitation.name,
        cycle=cycle,
        workspace=cycle.workspace.name,
        invited_by=name_of(invitation.invited_by),
        domains=len(invitation.domains),
        expires_at=invitation.expires_at,
        link=links.PLACE,
        note=note,
    )
    noticing.notify(
        workspace_id=cycle.workspace_id,
        cycle_id=cycle.pk,
        kind=NoticeKind.INVITATION,
        key=f"invited:{invitation.pk}",
        email=invitation.email,
        subject=subject,
        body=body,
        now=now,
    )


# ── inside ─────────────────────────────────────────────────────────────────────────


def _address(cycle: Cycle, email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Unfit(
            "email", _("Enter an e-mail address, such as kim@example.org.")
        ) from None
    members = Member.objects.filter(
        workspace_id=cycle.workspace_id, user__email__iexact=email
    )
    if members.exists():
        raise Unfit(
            "email",
            _("%(email)s belongs to a member: choose the member instead.")
            % {"email": email},
        )
    return email


def _made(
    cycle: Cycle, row: Invitation, by: AbstractBaseUser, now: datetime
) -> Invitation:
    token = links.secret(cycle_id=cycle.pk, email=row.email, invited_at=now)
    row.token_sha256 = links.digest(token)
    row.invited_by_id = by.pk
    row.invited_at = now
    row.save(force_insert=True)
    return row


def _invited(row: Invitation) -> Invited:
    token = links.secret(
        cycle_id=row.cycle_id, email=row.email, invited_at=row.invited_at
    )
    return Invited(id=row.pk, email=row.email, address=links.address(token))


def _live_row(cycle_id: int, invitation_id: int) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related(
        "cycle__workspace"
    )
    row = rows.filter(pk=invitation_id, cycle_id=cycle_id, revoked_at=None).first()
    if row is None or row.cycle.state == CycleState.LOCKED:
        raise NoSuchInvitation(_("That link has ended already."))
    return row


def _by_token(token: str, now: datetime) -> Invitation | None:
    rows = Invitation.objects.select_related(
        "cycle__workspace", "invited_by", "person"
    ).defer("cycle__content")
    return (
        rows.filter(
            token_sha256=links.digest(token), revoked_at=None, expires_at__gt=now
        )
        .exclude(cycle__state=CycleState.LOCKED)
        .first()
    )


def _guest(row: Invitation) -> User:
    return get_user_model().objects.create_user(
        username=f"guest-{secrets.token_hex(8)}", first_name=row.name or row.email
    )


def _join(row: Invitation, guest: User, now: datetime) -> None:
    Member.objects.get_or_create(
        workspace_id=row.cycle.workspace_id,
        user=guest,
        defaults={
            "role": Role.RESPONDENT,
            "vantage": row.vantage,
            "joined_at": now,
        },
    )


def _may_enter(row: Invitation, guest: User) -> bool:
    """Say whether a link may sign this account in: it is a plain guest's, no more."""
    members = Member.objects.filter(user=guest)
    plain = members.filter(
        workspace_id=row.cycle.workspace_id, role=Role.RESPONDENT
    ).exists()
    elsewhere = members.exclude(workspace_id=row.cycle.workspace_id).exists()
    granted = Grant.objects.filter(member__user=guest).exists()
    grown = guest.is_staff or guest.is_superuser or guest.has_usable_password()
    return plain and not (elsewhere or granted or grown)


def _assign(row: Invitation, person_id: int) -> None:
    Assignment.objects.bulk_create(
        [
            Assignment(
                cycle_id=row.cycle_id,
                person_id=person_id,
                domain=code,
                vantage=row.vantage,
                asked_by_id=row.invited_by_id,
                asked_at=row.invited_at,
            )
            for code in row.domains
        ],
        ignore_conflicts=True,
    )


def _opened(row: Invitation) -> Opened:
    return Opened(
        invitation_id=row.pk,
        cycle_id=row.cycle_id,
        cycle_title=row.cycle.title,
        workspace_name=row.cycle.workspace.name,
        workspace_slug=row.cycle.workspace.slug,
        name=row.name,
        invited_by=name_of(row.invited_by),
        domains=len(row.domains),
        due_on=row.cycle.due_on,
        expires_at=row.expires_at,
        is_open=row.cycle.state == CycleState.OPEN,
    )


def _journal(
    row: Invitation, verb: str, by: AbstractBaseUser | None, now: datetime
) -> None:
    journal.record(
        workspace_id=row.cycle.workspace_id,
        verb=verb,
        target=("cycle", row.cycle_id),
        by=by,
        at=now,
        detail={"email": row.email, "domains": list(row.domains)},
    )
