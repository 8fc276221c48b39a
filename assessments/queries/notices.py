"""Mails for show: written, on their way, sent, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


# A mail that failed is tried again; after so many attempts no more.
MOST_ATTEMPTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How it stands with the newest mail to somebody."""

    state: str  # none, waiting, sent, failed
    at: datetime | None = None
    error: str = ""
    reminded: int = 0
    last_written_at: datetime | None = None


_NONE = Mail(state="none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """The newest mail of a cycle to each person, and to each address."""

    by_person: Mapping[int, Mail]
    by_email: Mapping[str, Mail]

    def of(self, *, person_id: int | None, email: str) -> Mail:
        """Return the newest mail to a person, or to the address of a guest."""
        if email:
            return self.by_email.get(email, _NONE)
        return self.by_person.get(person_id or 0, _NONE)


def mails(*, cycle_id: int, kinds: Sequence[str]) -> Mails:
    """Return how the mails of a cycle stand, in one query."""
    rows = Notice.objects.filter(cycle_id=cycle_id, kind__in=kinds).defer("body")
    by_person: dict[int, Mail] = {}
    by_email: dict[str, Mail] = {}
    for row in rows.order_by("pk"):
        if row.person_id is not None:
            by_person[row.person_id] = _mail(row, by_person.get(row.person_id))
        else:
            by_email[row.email] = _mail(row, by_email.get(row.email))
    return Mails(by_person=by_person, by_email=by_email)


def _mail(row: Notice, before: Mail | None) -> Mail:
    return Mail(
        state=state_of(row),
        at=row.sent_at,
        error=row.error,
        reminded=(before.reminded if before else 0) + (row.kind == "reminder"),
        last_written_at=row.created_at,
    )


def state_of(row: Notice) -> str:
    """Return how it stands with one mail."""
    if row.sent_at is not None:
        return "sent"
    return "failed" if row.error else "waiting"
