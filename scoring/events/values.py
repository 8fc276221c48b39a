"""Single values of a record: each is read strictly, or refused with what to do."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scoring.events.kinds import Cause, Lane, Malformed, SignalKind, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

    from scoring.events.kinds import Json

_SHOWN = 60
# Other platforms' words for the same thing, accepted on import and never shown.
STATUS_WORDS = {
    "success": Status.SUCCESS,
    "succeeded": Status.SUCCESS,
    "successful": Status.SUCCESS,
    "completed": Status.SUCCESS,
    "complete": Status.SUCCESS,
    "passed": Status.SUCCESS,
    "deployed": Status.SUCCESS,
    "ok": Status.SUCCESS,
    "failure": Status.FAILURE,
    "failed": Status.FAILURE,
    "error": Status.FAILURE,
    "errored": Status.FAILURE,
    "timed_out": Status.FAILURE,
    "cancelled": Status.CANCELLED,
    "canceled": Status.CANCELLED,
    "aborted": Status.CANCELLED,
    "skipped": Status.CANCELLED,
    "in_progress": Status.IN_PROGRESS,
    "pending": Status.IN_PROGRESS,
    "queued": Status.IN_PROGRESS,
    "waiting": Status.IN_PROGRESS,
    "running": Status.IN_PROGRESS,
    "started": Status.IN_PROGRESS,
}
LANE_WORDS = {str(lane): lane for lane in Lane} | {"ml": Lane.MODEL}
CAUSE_WORDS = {str(cause): cause for cause in Cause} | {"infra": Cause.INFRASTRUCTURE}
SIGNAL_WORDS = {str(kind): kind for kind in SignalKind}


def shown(value: Json) -> str:
    """Return a value as an error message may show it."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def moment(value: Json, name: str) -> datetime:
    """Read an RFC 3339 moment; one without offset could be any of 24 hours."""
    if isinstance(value, str):
        try:
            read = datetime.fromisoformat(value)
            if read.tzinfo is UTC:
                return read
            if read.tzinfo is not None:
                return read.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise Malformed(
        name, f"expected an RFC 3339 moment with offset, got {shown(value)}"
    )


def text(value: Json, name: str) -> str:
    """Read a text that is not blank."""
    if isinstance(value, str) and value and not value.isspace():
        plain = value.isascii() and "\x00" not in value
        return value if plain else storable(value, name)
    raise Malformed(name, f"expected a text that is not empty, got {shown(value)}")


def identity(value: Json, name: str) -> str:
    """Read an identity: a text, or a whole number as many platforms count them."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(value, name)


def storable(value: str, name: str) -> str:
    """Refuse the characters that no database keeps."""
    if "\x00" in value:
        raise Malformed(name, "holds a NUL character; leave it out")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Malformed(name, "holds half a character; send UTF-8") from None
    return value


def texts(value: Json, name: str) -> tuple[str, ...]:
    """Read a list of texts."""
    if not isinstance(value, list):
        raise Malformed(name, f"expected a list of texts, got {shown(value)}")
    return tuple(
        text(entry, f"{name}[{position}]") for position, entry in enumerate(value)
    )


def truth(value: Json, name: str) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise Malformed(name, f"expected true or false, got {shown(value)}")


def number(value: Json, name: str) -> float:
    """Read a finite number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            read = float(value)
        except OverflowError:
            read = math.inf
        if math.isfinite(read):
            return read
    raise Malformed(name, f"expected a finite number, got {shown(value)}")


def _word(words: Mapping[str, StrEnum]) -> Callable[[Json, str], StrEnum]:
    allowed = ", ".join(dict.fromkeys(str(word) for word in words.values()))

    def read(value: Json, name: str) -> StrEnum:
        if isinstance(value, str):
            known = words.get(value) or words.get(
                value.strip().lower().replace(" ", "_").replace("-", "_")
            )
            if known is not None:
                return known
        raise Malformed(name, f"expected one of {allowed}; got {shown(value)}")

    return read


status = _word(STATUS_WORDS)
lane = _word(LANE_WORDS)
cause = _word(CAUSE_WORDS)
signal = _word(SIGNAL_WORDS)


def anything(value: Json, name: str) -> Json:
    """Keep what the contract does not name, unless no database could."""
    if isinstance(value, str):
        return storable(value, name)
    if isinstance(value, float) and not math.isfinite(value):
        raise Malformed(name, f"expected a finite number, got {shown(value)}")
    if isinstance(value, list):
        return [
            anything(entry, f"{name}[{position}]")
            for position, entry in enumerate(value)
        ]
    if isinstance(value, dict):
        return {
            storable(key, name): anything(entry, f"{name}.{key}")
            for key, entry in value.items()
        }
    return value
