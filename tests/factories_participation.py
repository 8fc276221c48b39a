"""People who take part in cycles, for tests."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

from assessments.services import participating
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from assessments.models import Cycle
    from assessments.services.inviting import Invited

LATER = date(2026, 4, 30)
DAY = timedelta(days=1)


def asked(
    cycle: Cycle,
    *people: User,
    domains: Sequence[str] = ("A", "B", "C"),
    vantage: str = "",
) -> None:
    """Ask people for some domains of a cycle."""
    participating.ask(
        cycle_id=cycle.pk,
        person_ids=[one.pk for one in people],
        domains=domains,
        vantage=vantage,
        by=factories.person("ada"),
        now=NOW,
    )


def invited(
    cycle: Cycle,
    email: str = "kim@example.org",
    *,
    domains: Sequence[str] = ("A",),
    until: date = LATER,
) -> Invited:
    """Invite somebody without an account."""
    (made,) = participating.invite(
        cycle_id=cycle.pk,
        email=email,
        name="Kim",
        vantage="consumer",
        domains=domains,
        expires_on=until,
        zone=UTC,
        by=factories.person("ada"),
        now=NOW,
    )
    return made


def token(made: Invited) -> str:
    """Return the secret in a link."""
    return made.address.rstrip("/").rsplit("/", 1)[-1]
