"""A server on loopback that answers as GitHub does, and misbehaves when asked to."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.assessments.connectors import platform
from tests.assessments.connectors.platform import Answer, ByLinks, as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.assessments.connectors.described import Description
    from tests.assessments.connectors.platform import Asked

__all__ = ["Answer", "GitHubOnLoopback", "changed", "has_label", "serving"]

_PREFIX = "/api/v3"


@dataclass
class GitHubOnLoopback:
    """What the server holds, what it was asked, and how it will misbehave."""

    description: Description | None = None
    token: str | None = None
    # Path below the repository ("commits", "pulls/7/commits") → rows, newest first.
    lists: dict[str, list[Any]] = field(default_factory=dict)
    page_size: int | None = None
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    address: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    _next: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    _always: dict[str, Answer] = field(default_factory=dict)

    def answer_next(self, path: str, *answers: Answer) -> None:
        """Give these answers to the next requests for a path."""
        self._next[path] += answers

    def always(self, path: str, answer: Answer) -> None:
        """Give this answer to every request for a path."""
        self._always[path] = answer

    def paths(self) -> list[str]:
        """Return what was asked, without queries."""
        return [urlsplit(target).path for target in self.asked]

    def reply(self, asked: Asked) -> Answer:
        """Answer one request."""
        inner = asked.target.removeprefix(_PREFIX)
        self.asked.append(inner)
        if self.description:
            self.complaints += self.description.complaints("GET", inner)
        path = "/".join(urlsplit(inner).path.split("/")[4:])
        if self._next[path]:
            return self._next[path].pop(0)
        if path in self._always:
            return self._always[path]
        if self.token and asked.headers.get("authorization") != f"Bearer {self.token}":
            return as_json({"message": "Bad credentials"}, status=401)
        return self._rows(asked, path)

    def _rows(self, asked: Asked, path: str) -> Answer:
        if path not in self.lists:
            return self._one(path)
        rows = self.lists[path]
        if path == "issues":
            rows = [row for row in rows if has_label(row, asked.query["labels"])]
        if "since" in asked.query:
            rows = [row for row in rows if changed(row) >= asked.query["since"]]
        part = ByLinks().part(rows, asked, self.page_size or 100, self.address)
        body: Any = part.rows
        if path == "actions/runs":
            body = {"total_count": len(rows), "workflow_runs": part.rows}
        return as_json(body, headers=part.headers)

    def _one(self, path: str) -> Answer:
        """Answer with one row of a list, by its id."""
        parent, _, number = path.rpartition("/")
        for row in self.lists.get(parent, []):
            if isinstance(row, dict) and str(row.get("id")) == number:
                return as_json(row)
        return as_json({"message": "Not Found"}, status=404)


def has_label(row: Any, label: str) -> bool:
    """Whether an issue has a label; any case."""
    names = [each if isinstance(each, str) else each["name"] for each in row["labels"]]
    return label.lower() in {name.lower() for name in names}


def changed(row: Any) -> str:
    """Return when a row changed, as the `since` of a list takes it."""
    if "updated_at" in row:
        return str(row["updated_at"])
    return str(row["commit"]["committer"]["date"])


@contextmanager
def serving(hub: GitHubOnLoopback) -> Iterator[GitHubOnLoopback]:
    """Serve it on a free port of loopback."""
    with platform.serving(hub):
        yield hub
