"""The parts of an edition's plain document, found by kind and permanent code.

Fields that nobody here knows stay where they are: an edition is edited as the document
that it is, so that newer fields of the schema survive.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from scoring import rubric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.events import Json

Plain = dict[str, "Json"]


class Kind(StrEnum):
    """What of an edition can be edited by itself."""

    GENERAL = "general"
    SCALE = "scale"
    SCORING = "scoring"
    PILLAR = "pillar"
    DOMAIN = "domain"
    TOPIC = "topic"
    CRITERION = "criterion"


# The list that holds the parts of a kind, and the kind of the part that has the list.
LISTS = {
    Kind.PILLAR: ("pillars", Kind.GENERAL),
    Kind.DOMAIN: ("domains", Kind.PILLAR),
    Kind.TOPIC: ("topics", Kind.DOMAIN),
    Kind.CRITERION: ("criteria", Kind.DOMAIN),
}
# Parts inside of a part are edited, and guarded against each other, by themselves.
_INSIDE = {"pillars", "domains", "topics", "criteria", "scale", "scoring"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part where it stands in its document; `plain` is the document's own mapping."""

    kind: Kind
    code: str
    place: str  # as defects are told: "pillars[0].domains[1]"
    plain: Plain
    index: int = 0
    siblings: list[Json]
    above: Part | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        called = str(self.plain.get("name") or self.plain.get("title") or "")
        # Nobody says the code of a pillar.
        return called if self.kind is Kind.PILLAR else f"{self.code} {called}".strip()

    def at(self, field: str) -> str:
        """Return the place of a field."""
        return ".".join(one for one in (self.place, field) if one)

    def digest(self) -> str:
        """Return the SHA-256 of the part alone, without the parts inside."""
        return rubric.digest(
            {name: one for name, one in self.plain.items() if name not in _INSIDE}
        )


def find(document: Mapping[str, Json], kind: Kind, code: str = "") -> Part | None:
    """Return a part, or None."""
    for part in walk(document):
        if part.kind is kind and part.code == code:
            return part
    return None


def walk(document: Mapping[str, Json]) -> Iterator[Part]:
    """Yield every part that can be edited, in the order of the document."""
    root = Part(
        kind=Kind.GENERAL, code="", place="", plain=cast("Plain", document), siblings=[]
    )
    yield root
    for kind in (Kind.SCALE, Kind.SCORING):
        plain = cast("Plain", document[kind.value])
        yield Part(
            kind=kind, code="", place=kind.value, plain=plain, siblings=[], above=root
        )
    yield from _below(root)


def inside(part: Part) -> Iterator[Part]:
    """Yield a part and every part below it."""
    yield part
    yield from _below(part)


def _below(above: Part) -> Iterator[Part]:
    for kind, (name, parent) in LISTS.items():
        if parent is not above.kind:
            continue
        siblings = cast("list[Json]", above.plain.get(name) or [])
        for index, plain in enumerate(siblings):
            part = Part(
                kind=kind,
                code=str(cast("Plain", plain).get("code") or ""),
                place=f"{above.at(name)}[{index}]",
                plain=cast("Plain", plain),
                index=index,
                siblings=siblings,
                above=above,
            )
            yield from inside(part)
