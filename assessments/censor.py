"""Keeps secrets out of log lines. Pure; settings put it into every line's way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

HIDDEN = "[hidden]"

_NAMES = re.compile(
    r"passw|secret|token|credential|authorization|cookie|api_?key|private_?key|session_?key",
    re.IGNORECASE,
)
# What gives a secret away in the middle of a text: an address with a password, a
# header's value, an argument of an address, tokens of known platforms.
_TEXTS = (
    (re.compile(r"(\w+://[^/\s:@]*:)[^@\s/]+@"), rf"\1{HIDDEN}@"),
    (
        re.compile(r"\b(Bearer|Basic|Token)\s+[\w.~+/=-]{6,}", re.IGNORECASE),
        rf"\1 {HIDDEN}",
    ),
    (
        re.compile(
            r"([?&](?:[\w-]*(?:token|secret|password|key))=)[^&\s\"']+", re.IGNORECASE
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(/(?:invitation|shared|hooks)/)[\w-]{6,}"), rf"\1{HIDDEN}"),
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|cpl_)[\w-]{8,}"), HIDDEN),
)


def censor(
    logger: object,  # noqa: ARG001  # structlog's signature
    method: str,  # noqa: ARG001  # structlog's signature
    line: MutableMapping[str, object],
) -> MutableMapping[str, object]:
    """Hide values whose names or shapes tell that they are secret."""
    for name in line:
        line[name] = _value(name, line[name])
    return line


def _value(name: str, value: object) -> object:
    if _NAMES.search(name):
        return HIDDEN
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {key: _value(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_value("", inner) for inner in value]
    return value


def _text(text: str) -> str:
    for shape, instead in _TEXTS:
        text = shape.sub(instead, text)
    return text
