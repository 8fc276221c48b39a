"""How often a platform may be asked, as its answers tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from assessments.connectors.base import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.http.sending import Raw

_TOO_MANY_REQUESTS = 429
_FORBIDDEN = 403
# What GitHub asks for when it limits without saying for how long.
_UNTOLD_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=2)
# GitHub, Azure and Jira write the first, GitLab and the draft standard the second.
_FAMILIES = ("x-ratelimit", "ratelimit")
# Less is a number of seconds, more is a moment: seconds since 1970.
_FIRST_MOMENT = 1_000_000_000


def is_limit(raw: Raw) -> bool:
    """Whether the answer is a no for now, because it was asked too often."""
    if raw.status == _TOO_MANY_REQUESTS:
        return True
    if raw.status != _FORBIDDEN:
        return False
    return (
        _number(raw.headers, "remaining") == 0
        or "retry-after" in raw.headers
        or b"rate limit" in raw.content[:2000].lower()
    )


def limits_of(raw: Raw) -> Limits:
    """Return what an answer tells of the limit."""
    return Limits(
        most=_number(raw.headers, "limit"),
        remaining=_number(raw.headers, "remaining"),
        resets_in=_resets_in(raw.headers),
        pause=limit_pause(raw) if is_limit(raw) else None,
    )


def limit_pause(raw: Raw) -> timedelta:
    """Return how long to wait after a limit, told or not."""
    asked = pause_asked(raw.headers)
    return _UNTOLD_PAUSE if asked is None else asked


def pause_asked(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long the platform asks to wait: Retry-After first, then its limit."""
    asked = headers.get("retry-after", "").strip()
    if _is_number(asked):
        return _bounded(float(asked))
    if asked:
        return _until(_dated(asked), headers)
    if _number(headers, "remaining") == 0:
        return _resets_in(headers)
    return None


def _resets_in(headers: Mapping[str, str]) -> timedelta | None:
    """Return when the window ends, by the platform's own clock where it tells it."""
    told = _text(headers, "reset")
    if _is_number(told) and float(told) < _FIRST_MOMENT:
        return _bounded(float(told))
    if _is_number(told):
        # A second more: it is told in whole seconds.
        return _until(_moment(float(told) + 1), headers)
    return _until(_dated(told), headers)


def _until(then: datetime | None, headers: Mapping[str, str]) -> timedelta | None:
    if then is None:
        return None
    there = _dated(headers.get("date", "")) or datetime.now(tz=UTC)
    return _bounded((then - there).total_seconds())


def _number(headers: Mapping[str, str], name: str) -> int | None:
    told = _text(headers, name)
    return int(told) if _is_number(told) else None


def _text(headers: Mapping[str, str], name: str) -> str:
    found = (headers.get(f"{family}-{name}", "") for family in _FAMILIES)
    return next(filter(None, found), "").strip()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _dated(text: str) -> datetime | None:
    """Return a moment written as in mail and in headers, or as Jira does."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text)
        except (ValueError, IndexError, OverflowError, TypeError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _bounded(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_PAUSE.total_seconds()))
