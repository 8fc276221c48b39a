"""Mappings of sources: checked, tried on what was received, and stored."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.connectors import mapping
from assessments.connectors.registry import CONNECTORS
from assessments.models import Source
from assessments.services import documents, journal, sources
from scoring.events import Json, Kind
from scoring.events import dump as dump_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

MOST_RULES = mapping.MOST_RULES
LARGEST_TEXT = 50_000
_READY = "fixtures/mappings"
_MOST_PATHS = 150
_DEEPEST_PATH = 6
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Flawed(sources.Defective):
    """A mapping that cannot be used; `defects` says what is wrong, place by place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A mapping to start from, with a payload that it was written for."""

    key: str
    name: str
    data: Mapping[str, Json]
    example: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one rule made of a payload: an event, or what is wrong field by field."""

    rule: int
    kind: str
    event: Mapping[str, Json] | None
    flaws: tuple[tuple[str, str], ...]


def check(data: Mapping[str, Json]) -> dict[str, Json]:
    """Return a mapping as it is stored; refuse one that cannot be used."""
    try:
        return mapping.dump(mapping.read(dict(data)))
    except mapping.Flawed as flawed:
        defects: dict[str, str] = {}
        for flaw in flawed.flaws:
            defects.setdefault(flaw.place, flaw.why)
        raise Flawed(defects) from None


def tried(data: Mapping[str, Json], body: Mapping[str, Json]) -> list[Outcome]:
    """Return what a mapping that may be used makes of a payload; stores nothing."""
    return [
        Outcome(
            rule=told.rule + 1,
            kind=told.kind,
            event=dump_event(told.event) if told.event else None,
            flaws=tuple(told.flaws.items()),
        )
        for told in mapping.told(mapping.stored(dict(data)), dict(body))
    ]


@transaction.atomic
def save(
    *,
    workspace_id: int,
    source_id: int,
    data: Mapping[str, Json],
    by: AbstractBaseUser,
    now: datetime,
) -> bool:
    """Store a mapping and say whether it is another; what is kept is read again."""
    found = Source.objects.select_for_update().filter(
        workspace_id=workspace_id, pk=source_id
    )
    source = found.first()
    if source is None or not isinstance(CONNECTORS.get(source.kind), mapping.Sent):
        raise sources.NoSuchSource(_("This source does not exist (any more)."))
    checked = check(data)
    if source.rules.get(mapping.RULE) == checked:
        return False
    source.rules = {**source.rules, mapping.RULE: checked}
    source.cursor = {}
    source.next_attempt_at = now
    source.save(update_fields=["rules", "cursor", "next_attempt_at"])
    journal.record(
        workspace_id=workspace_id,
        verb="source.changed",
        target=("source", source.pk),
        by=by,
        at=now,
        detail={"mapping": True, "from_the_start": True},
    )
    return True


# ── what the page needs ────────────────────────────────────────────────────────────


def slots() -> dict[str, tuple[mapping.Slot, ...]]:
    """Return the fields of every kind of event."""
    return {kind.value: mapping.slots_of(kind) for kind in Kind}


def fresh() -> dict[str, Json]:
    """Return the mapping of a source that has none yet."""
    return {"leave_out": list[Json](mapping.LEFT_OUT), "rules": []}


def guessed(kind: str, columns: Iterable[str]) -> dict[str, Json]:
    """Return a rule whose fields are the columns that are called like them."""
    named = {mapping.plain_name(column): column for column in columns}
    fields: dict[str, Json] = {}
    for slot in slots().get(kind, ()):
        column = named.get(mapping.plain_name(slot.name))
        if column is not None:
            fields[slot.name] = json.dumps(column, ensure_ascii=False)
    return {"kind": kind, "fields": fields}


@cache
def ready() -> tuple[Ready, ...]:
    """Return the mappings to start from, by name."""
    folder = Path(settings.BASE_DIR) / _READY
    found = [_read(path) for path in folder.glob("*.yaml")]
    return tuple(sorted(found, key=lambda one: one.name.lower()))


def _read(path: Path) -> Ready:
    plain = documents.read(path.read_bytes()).plain
    data, example = plain["mapping"], plain["example"]
    assert isinstance(data, dict)  # noqa: S101  # ours, and a test reads each
    assert isinstance(example, dict)  # noqa: S101
    left_out: dict[str, Json] = {"leave_out": list[Json](mapping.LEFT_OUT)}
    return Ready(
        key=path.stem, name=str(plain["name"]), data=left_out | data, example=example
    )


def kept_example(one: Ready) -> dict[str, Json]:
    """Return what would be kept of the example."""
    return mapping.kept_of(dict(one.example), mapping.LEFT_OUT)


def from_text(text: str) -> Mapping[str, Json]:
    """Return the mapping that a text describes, in YAML or JSON."""
    if len(text) > LARGEST_TEXT:
        raise documents.Unreadable(
            _("The text is longer than %(most)d characters.") % {"most": LARGEST_TEXT}
        )
    return documents.read(text).plain


def paths_of(bodies: Iterable[Mapping[str, Json]]) -> list[str]:
    """Return the expressions that find each single value of some payloads."""
    found: dict[str, None] = {}
    for body in bodies:
        for path in _paths(dict(body), ""):
            found[path] = None
            if len(found) >= _MOST_PATHS:
                return list(found)
    return list(found)


def _paths(value: Json, place: str, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST_PATH:
        return
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _paths(each, _below(place, name), depth + 1)
    elif isinstance(value, list):
        for each in value[:1]:
            yield from _paths(each, f"{place}[0]", depth + 1)
    elif place:
        yield place


def _below(place: str, name: str) -> str:
    plain = _PLAIN_NAME.fullmatch(name)
    shown = name if plain else json.dumps(name, ensure_ascii=False)
    return f"{place}.{shown}" if place else shown
