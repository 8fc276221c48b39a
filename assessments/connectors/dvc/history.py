"""What is known of the past of data, so that each version is told of once.

A digest that a path never had before is a new version of it. The cursor keeps the last
digests of each path, and since when each is there: so a model can say when its data was
made, although that was many commits ago.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Garbled, Payload
from assessments.connectors.dvc.content import outs_of, stages_of
from assessments.connectors.lists import field

if TYPE_CHECKING:
    from assessments.connectors.repositories import FileVersion
    from scoring.events import Json

_REMEMBERED = 50
LOCK = "dvc.lock"


class History:
    """Paths, their digests, and since when; goes into the cursor as it is."""

    def __init__(self, kept: Json) -> None:
        self._paths: dict[str, dict[str, Json]] = {
            str(path): dict(digests)
            for path, digests in (kept.items() if isinstance(kept, dict) else ())
            if isinstance(digests, dict)
        }

    @property
    def kept(self) -> dict[str, Json]:
        """What the cursor keeps."""
        return {path: dict(digests) for path, digests in self._paths.items()}

    def payload(self, version: FileVersion, text: bytes) -> Payload:
        """Return a version of a file as it is kept, with what is new in it."""
        is_lock = version.path.rpartition("/")[2] == LOCK
        body: dict[str, Json] = {
            "path": version.path,
            "commit": version.commit,
            "committed_at": version.committed_at,
        }
        try:
            body |= (
                self._lock(version, text) if is_lock else self._tracked(version, text)
            )
        except Garbled as flaw:
            body["flaw"] = flaw.reason
        return Payload(sort="lock" if is_lock else "tracked", body=body)

    def _tracked(self, version: FileVersion, text: bytes) -> dict[str, Json]:
        outs = outs_of(text, version.path)
        return {"outs": outs, "fresh": self._meet(outs, version)}

    def _lock(self, version: FileVersion, text: bytes) -> dict[str, Json]:
        stages = stages_of(text, version.path)
        since: dict[str, Json] = {}
        fresh: list[Json] = []
        for stage in stages.values():
            for each in _each(field(stage, "deps")):
                path = str(each["path"])
                at = self._since(path, each["digest"])
                if at:
                    since[path] = at
            fresh += self._meet(_each(field(stage, "outs")), version)
        return {"stages": stages, "since": since, "fresh": fresh}

    def _meet(
        self, outs: list[Json] | list[dict[str, Json]], version: FileVersion
    ) -> list[Json]:
        """Remember outputs; return the paths of those that are new."""
        fresh: list[Json] = []
        for each in outs:
            path, digest = str(field(each, "path")), field(each, "digest")
            known = self._paths.setdefault(path, {})
            if not isinstance(digest, str) or digest in known:
                continue
            known[digest] = version.committed_at
            fresh.append(path)
            for old in list(known)[:-_REMEMBERED]:
                del known[old]
        return fresh

    def _since(self, path: str, digest: Json) -> Json:
        """Return since when data is there: itself, or the folder that it is in."""
        own = self._paths.get(path, {}).get(str(digest))
        if own:
            return own
        above = path
        while "/" in above:
            above = above.rpartition("/")[0]
            if self._paths.get(above):
                return list(self._paths[above].values())[-1]
        return None


def _each(value: Json) -> list[dict[str, Json]]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict)]
