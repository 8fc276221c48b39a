"""Lines of JSON become events, or complaints with their number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.events.cdevents import from_cdevent
from scoring.events.kinds import Malformed
from scoring.events.reading import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.events.kinds import Event, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Why a line is no event; `malformed` is False where it is only none of ours."""

    line: int
    why: str
    malformed: bool = True


def read_lines(lines: Iterable[bytes]) -> Iterator[Event | Complaint]:
    """Yield an event or a complaint for each line that is not blank."""
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        try:
            event = _event(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
        except Malformed as refusal:
            yield Complaint(line=number, why=str(refusal))
        except json.JSONDecodeError as error:
            yield Complaint(line=number, why=f"is not JSON: {error.msg}")
        except (ValueError, RecursionError):
            yield Complaint(line=number, why="is not JSON in UTF-8")
        else:
            if event is None:
                why = "a CDEvent of a kind that is not counted"
                yield Complaint(line=number, why=why, malformed=False)
            else:
                yield event


def _event(line: bytes) -> Event | None:
    record: Json = json.loads(line.decode())
    if not isinstance(record, dict):
        raise Malformed("line", "expected a JSON object")
    if isinstance(record.get("context"), dict):
        return from_cdevent(record)
    inner = record.get("data")
    if isinstance(inner, dict) and isinstance(inner.get("context"), dict):
        return from_cdevent(record)
    return parse(record)
