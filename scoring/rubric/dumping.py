"""From an edition back to plain data, and its canonical form."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from scoring.rubric.criteria import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json
    from scoring.rubric.edition import Edition


def canonical(plain: Mapping[str, Json]) -> str:
    """Return the one text of a document: sorted keys, no spaces, no escapes."""
    return json.dumps(
        _with_text_keys(dict(plain)),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def digest(plain: Mapping[str, Json]) -> str:
    """Return the SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(plain).encode()).hexdigest()


def dump(edition: Edition) -> dict[str, Json]:
    """Return plain data from which `parse` makes the same edition again."""
    return {
        field.name: _plain(getattr(edition, field.name))
        for field in dataclasses.fields(edition)
        if field.init
    }


def _with_text_keys(plain: Json) -> Json:
    if isinstance(plain, dict):
        return {str(key): _with_text_keys(value) for key, value in plain.items()}
    if isinstance(plain, list):
        return [_with_text_keys(value) for value in plain]
    return plain


def _number(value: Decimal) -> Json:
    """Return the plainest thing that reads back as the same number."""
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(str(near)) == value else format(value, "f")


def _plain(value: object) -> Json:
    if isinstance(value, Condition):
        return {"metric": value.metric, value.comparison.value: value.said}
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) is not None
        }
    raise TypeError(f"an edition holds no {type(value).__name__}")
