"""The numbers by which sealed texts call the rows and people of a workspace.

In a workspace that began here they are the numbers of the database. In one that came
from another server they are those that it had there: what was sealed and chained under
them, and what follows, stays one account.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from assessments.models import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model

    from scoring.events import Json

PERSON = "person"
EDITION = "edition"

_WORDS = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What the rows of a workspace are called in its sealed texts."""

    # Kind -> how far the numbers here lie above those that count.
    shifts: Mapping[str, int] = field(default_factory=dict)
    # Kind -> number here -> number that counts, where rows were matched one by one.
    pairs: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    @overload
    def of(self, kind: str, here: int) -> int: ...
    @overload
    def of(self, kind: str, here: None) -> None: ...
    @overload
    def of(self, kind: str, here: int | None) -> int | None: ...
    def of(self, kind: str, here: int | None) -> int | None:
        """Return the number that counts; 0 and None name nothing and stay.

        Below zero is what was gone already when the workspace came: it has a number
        that counts, and no row here.
        """
        if not here:
            return here
        if here < 0:
            return -here
        known = self.pairs.get(kind, {}).get(here)
        return here - self.shifts.get(kind, 0) if known is None else known

    def told(
        self, plain: Mapping[str, Json], kinds: Mapping[str, str]
    ) -> dict[str, Json]:
        """Return plain data whose fields in `kinds` hold the numbers that count."""
        return {
            key: self.of(kinds[key], value)
            if key in kinds and isinstance(value, int)
            else value
            for key, value in plain.items()
        }


def numbers(*, workspace_id: int) -> Numbers:
    """Return what the rows of a workspace are called in its sealed texts."""
    rows = Origin.objects.filter(workspace_id=workspace_id)
    kept = rows.values_list("numbers", flat=True).first()
    if kept is None:
        return Numbers()
    return Numbers(
        shifts=kept["shifts"],
        pairs={
            kind: {int(here): there for here, there in known.items()}
            for kind, known in kept["pairs"].items()
        },
    )


def kind_of(model: type[Model]) -> str:
    """Return the kind of a table's rows, as the journal names it: "gate_review"."""
    return _WORDS.sub("_", model.__name__).lower()
