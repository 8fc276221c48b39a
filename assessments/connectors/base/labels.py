"""What labels on an issue tell of it: how bad it is, and where it came from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.events import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEVERITY = re.compile(r"^(?:sev(?:erity)?|p(?:riority)?)[\s:/_-]*(\w+)$", re.I)
_CAUSE = re.compile(r"^cause[\s:/_-]+(\w+)$", re.I)


def severity_of(labels: Iterable[str]) -> str | None:
    """Return the severity that a label such as `sev: 1` or `priority::high` tells."""
    return _first(_SEVERITY, labels)


def cause_of(labels: Iterable[str]) -> Cause | None:
    """Return the cause that a label such as `cause: data` tells."""
    named = _first(_CAUSE, labels)
    return Cause(named) if named in set(Cause) else None


def _first(pattern: re.Pattern[str], labels: Iterable[str]) -> str | None:
    found = (pattern.match(label) for label in labels)
    return next((match[1].lower() for match in found if match), None)
