"""What all connectors of files do alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http
from assessments.connectors.base import Garbled, Page, Payload, counts, left_out
from assessments.connectors.base.previewing import judged, preview_of
from assessments.connectors.files.finding import found_in, where_of
from scoring.events import Deployment, Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from assessments.connectors.base import Plain, Preview, RuleField, Source
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.files.finding import Found
    from scoring.events import Event, Json

_PAGE = 100
_MOST_SHOWN = 60


class Files(ABC):
    """Finds files, reads what is new or was changed, previews what they tell."""

    kind: ClassVar[str]
    label: ClassVar[str]
    family: ClassVar[str]
    reads: ClassVar[str]
    rule_fields: ClassVar[tuple[RuleField, ...]] = ()
    address_label: ClassVar[str] = "Folder, file or address"
    address_help: ClassVar[str] = (
        "A folder or a file of this server (where local sources are allowed), or the"
        " address of one JSON file."
    )
    secret_label: ClassVar[str] = "Token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        ("Only for an address that wants one;", "it may read the file, nothing else.")
    )

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    @abstractmethod
    def kept(self, content: Json) -> dict[str, Json] | None:
        """Return what is kept of a file; None: it is not one of these."""

    @abstractmethod
    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""

    # ── network and disk ───────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that nothing can come of."""
        where_of(source)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say how many files there are, and how many are understood."""
        files = list(found_in(source, self._patience))
        good = sum(not isinstance(self._told(each, source), str) for each in files)
        return f"Files found: {len(files)}; understood: {good}."

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:  # noqa: ARG002 -- of the protocol
        """Yield what is new or was changed; files that went are forgotten."""
        files = list(found_in(source, self._patience))
        known = cursor.get("files")
        seen: Mapping[str, Json] = known if isinstance(known, dict) else {}
        names = {each.name for each in files}
        done = {name: digest for name, digest in seen.items() if name in names}
        new = iter([each for each in files if seen.get(each.name) != each.digest])
        while part := tuple(islice(new, _PAGE)):
            done |= {each.name: each.digest for each in part}
            yield Page(
                payloads=tuple(self._payload(each) for each in part),
                cursor={"files": dict(done)},
                doing=f"Files, up to {part[-1].name}",
            )
        yield Page(payloads=(), cursor={"files": dict(done)}, doing="Done")

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Show what the files tell of."""
        files = list(found_in(source, self._patience))
        shown: list[Judged] = []
        for each in files:
            told = self._told(each, source)
            if isinstance(told, str):
                verdict = left_out(f"cannot be understood: {told}")
                shown.append(judged(verdict, what=each.name, environment=""))
            else:
                shown += [_shown(event) for event in told]
        return preview_of(
            shown[:_MOST_SHOWN], looked_at=f"Files that were looked at: {len(files)}."
        )

    def _payload(self, file: Found) -> Payload:
        kept = self.kept(file.content)
        # What is no such file is kept by its name alone, to be complained of.
        return Payload(sort="file", body={"file": file.name, "content": kept})

    def _told(self, file: Found, source: Source) -> list[Event] | str:
        """Return the events of a file, or what is wrong with it."""
        try:
            return list(self.parse(self._payload(file), source))
        except (Garbled, Malformed) as flaw:
            return str(flaw)


def _shown(event: Event) -> Judged:
    if isinstance(event, Deployment):
        verdict, environment = counts("a deployment to production"), event.environment
    else:
        kind = event.kind.value.replace("_", " ")
        verdict, environment = left_out(f"a {kind}, no deployment"), ""
    what = f"{event.service}: {event.id}"
    return judged(verdict, what=what, environment=environment, at=event.at)
