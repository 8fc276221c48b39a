"""Marks of answers, to ask later whether anything changed.

They are plain data and may live in a cursor. Give them only to requests whose answers
were taken in as a whole: who is told "unchanged" gets nothing again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json

_LONGEST = 200
# Questions change with what was read last: old ones are not asked again.
_MOST_KEPT = 8


class Marks:
    """What platforms gave with their answers: an ETag, or when it last changed."""

    def __init__(self, kept: Json = None) -> None:
        """Go on from what was kept; anything that is no mark is left out."""
        known = kept if isinstance(kept, dict) else {}
        self._kept = {
            name: mark for name, mark in known.items() if isinstance(mark, str)
        }

    def kept(self) -> dict[str, Json]:
        """Return what to keep for the next time."""
        return dict(self._kept)

    def headers_for(self, url: str) -> dict[str, str]:
        """Return the headers that make the request a conditional one."""
        mark = self._kept.get(_name(url))
        if mark is None:
            return {}
        tagged = mark.startswith(('"', 'W/"'))
        return {"If-None-Match" if tagged else "If-Modified-Since": mark}

    def note(self, url: str, headers: Mapping[str, str]) -> None:
        """Keep the mark of an answer; without one the next is asked for as a whole."""
        self._kept.pop(_name(url), None)
        mark = headers.get("etag") or headers.get("last-modified") or ""
        if 0 < len(mark) <= _LONGEST:
            self._kept[_name(url)] = mark
        for name in list(self._kept)[:-_MOST_KEPT]:
            del self._kept[name]


def _name(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:16]
