"""Budgets: how often a platform lets us ask, counted once for all workers.

A worker takes each request out of what is left before it asks, and what the platform
tells afterwards is the truth to go on with. Some are always left over: people and other
programs use the same credential. A host that fails again and again is left alone.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F
from django.utils.crypto import salted_hmac

from assessments.connectors.base import House, Wait
from assessments.models import Budget, Source

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Limits

# The row of the host itself, whoever asks.
_HOST = ""
# What two synchronizations that get no answer come to.
_MANY_FAILURES = 8
_FIRST_REST = timedelta(minutes=1)
_LONGEST_REST = timedelta(hours=1)
# Long enough for the one request that tries whether the host is back.
_TRIAL = timedelta(minutes=2)
_LEAST_RESERVE = 2
_RESERVED_SHARE = 50
_FORGOTTEN_AFTER = timedelta(days=90)


def house(*, secret: str, now: datetime) -> House:
    """Return the rules for requests with this credential."""
    return House(hosts=_hosts(), ledger=Ledger(mark=mark_of(secret), now=now))


def house_of(source: Source, *, secret: str, now: datetime) -> House:
    """Return the rules for a stored source, which then knows its budget by its mark."""
    mark = mark_of(secret)
    if source.credential_mark != mark:
        Source.objects.filter(pk=source.pk).update(credential_mark=mark)
    return House(hosts=_hosts(), ledger=Ledger(mark=mark, now=now))


def mark_of(secret: str) -> str:
    """Return what tells credentials apart, and lets nobody guess one of them."""
    return salted_hmac("compel.budget", secret, algorithm="sha256").hexdigest()


def _hosts() -> tuple[str, ...]:
    return tuple(settings.OUTGOING_HOSTS)


class Ledger:
    """What is known of the hosts, for requests with one credential."""

    def __init__(self, *, mark: str, now: datetime) -> None:
        """Begin now; the time goes on while requests are made."""
        self._mark = mark
        self._started = now
        self._ticks = time.monotonic()

    def ask(self, host: str) -> Wait | None:
        """Take one request out of what is left; a Wait is a no."""
        now = self._now()
        known = Budget.objects.filter(host=host, mark__in=[_HOST, self._mark])
        rows = {row.mark: row for row in known}
        own, whole = rows.get(self._mark), rows.get(_HOST)
        return (_limited(own, now) if own else None) or (
            _resting(whole, now) if whole else None
        )

    def answered(self, host: str, limits: Limits) -> None:
        """Write down that the host answered, and what it told."""
        now = self._now()
        Budget.objects.filter(host=host, mark=_HOST, failures__gt=0).update(
            failures=0, rests_until=None, seen_at=now
        )
        told: dict[str, int | datetime | None] = {}
        if limits.remaining is not None and limits.resets_in is not None:
            told["most"] = limits.most
            told["remaining"] = limits.remaining
            told["resets_at"] = now + limits.resets_in
        if limits.pause is not None:
            told["rests_until"] = now + limits.pause
        if told:
            _write(host, self._mark, now, told)

    def failed(self, host: str) -> None:
        """Write down that the host did not answer, or had trouble of its own."""
        now = self._now()
        _write(host, self._mark, now, {})
        _write(host, _HOST, now, {})
        row = Budget.objects.filter(host=host, mark=_HOST)
        row.update(failures=F("failures") + 1)
        failures = row.values_list("failures", flat=True).first() or 0
        if failures >= _MANY_FAILURES:
            row.update(rests_until=now + rest_after(failures))

    def _now(self) -> datetime:
        return self._started + timedelta(seconds=time.monotonic() - self._ticks)


def reserve_of(most: int | None) -> int:
    """Return how many requests of a window are left to others."""
    if most is None:
        return _LEAST_RESERVE
    return min(max(_LEAST_RESERVE, most // _RESERVED_SHARE), most // 2)


def rest_after(failures: int) -> timedelta:
    """Return how long a host is left alone: longer with each failure."""
    doubled: timedelta = _FIRST_REST * 2 ** min(failures - _MANY_FAILURES, 12)
    return min(doubled, _LONGEST_REST)


def _limited(row: Budget, now: datetime) -> Wait | None:
    if row.rests_until and row.rests_until > now:
        return Wait(pause=row.rests_until - now)
    if row.remaining is None or row.resets_at is None or row.resets_at <= now:
        return None
    left = Budget.objects.filter(pk=row.pk, remaining__gt=reserve_of(row.most))
    if left.update(remaining=F("remaining") - 1):
        return None
    return Wait(pause=row.resets_at - now)


def _resting(row: Budget, now: datetime) -> Wait | None:
    if row.failures < _MANY_FAILURES or row.rests_until is None:
        return None
    if row.rests_until > now:
        return Wait(pause=row.rests_until - now, failures=row.failures)
    # Of all that ask now, the one who moves this on tries whether the host is back.
    same = Budget.objects.filter(pk=row.pk, rests_until=row.rests_until)
    if same.update(rests_until=now + _TRIAL):
        return None
    return Wait(pause=_TRIAL, failures=row.failures)


def _write(
    host: str, mark: str, now: datetime, told: dict[str, int | datetime | None]
) -> None:
    if Budget.objects.filter(host=host, mark=mark).update(seen_at=now, **told):
        return
    Budget.objects.filter(seen_at__lt=now - _FORGOTTEN_AFTER).delete()
    row = Budget(host=host, mark=mark, seen_at=now, **told)
    # Another worker may be first; it was told the same.
    Budget.objects.bulk_create([row], ignore_conflicts=True)
