"""Scores as plain data, and as the one text that is hashed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from scoring.engine.values import Column, Score
    from scoring.events import Json


def card(scores: Iterable[Score]) -> list[dict[str, Json]]:
    """Return the scores as plain data: numbers as texts, absent ones as null."""
    return [
        {
            "kind": one.kind.value,
            "code": one.code,
            "declared": _plain(one.declared),
            "measured": _plain(one.measured),
            "agreed": _plain(one.agreed),
            "lowest": _text(one.lowest),
            "highest": _text(one.highest),
            "raters": one.raters,
            "because": list(one.because),
        }
        for one in scores
    ]


def canonical(scores: Iterable[Score]) -> str:
    """Return the one text of a card; the same inputs give the same bytes."""
    return json.dumps(
        card(scores), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def _plain(column: Column) -> Json:
    return {
        "level": _text(column.level),
        "coverage": _text(column.coverage),
        "confidence": _text(column.confidence),
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
