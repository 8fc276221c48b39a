"""A server on loopback that answers as GitHub does, and misbehaves when asked to."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.assessments.connectors.described import Description

_PREFIX = "/api/v3"


@dataclass
class Answer:
    """An answer that is not what was asked for."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    slow_seconds: float = 0.0
    # Promise more than is sent.
    cut: bool = False


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

    def reply(self, target: str, headers: dict[str, str]) -> Answer:
        """Answer one request."""
        inner = target.removeprefix(_PREFIX)
        self.asked.append(inner)
        if self.description:
            self.complaints += self.description.complaints("GET", inner)
        path = "/".join(urlsplit(inner).path.split("/")[4:])
        if self._next[path]:
            return self._next[path].pop(0)
        if path in self._always:
            return self._always[path]
        if self.token and headers.get("Authorization") != f"Bearer {self.token}":
            return _json(401, {"message": "Bad credentials"})
        return self._rows(target, path)

    def _rows(self, target: str, path: str) -> Answer:
        if path not in self.lists:
            return self._one(path)
        query = {
            name: each[0] for name, each in parse_qs(urlsplit(target).query).items()
        }
        rows = self.lists[path]
        if path == "issues":
            rows = [row for row in rows if _has_label(row, query["labels"])]
        if "since" in query:
            rows = [row for row in rows if _changed(row) >= query["since"]]
        size = min(self.page_size or 100, int(query.get("per_page", "30")))
        page = int(query.get("page", "1"))
        part = rows[(page - 1) * size : page * size]
        headers = {}
        if page * size < len(rows):
            following = urlencode(query | {"page": page + 1})
            where = f"{self.address}{urlsplit(target).path}?{following}"
            headers["Link"] = f'<{where}>; rel="next"'
        body: Any = part
        if path == "actions/runs":
            body = {"total_count": len(rows), "workflow_runs": part}
        return _json(200, body, headers)

    def _one(self, path: str) -> Answer:
        """Answer with one row of a list, by its id."""
        parent, _, number = path.rpartition("/")
        for row in self.lists.get(parent, []):
            if isinstance(row, dict) and str(row.get("id")) == number:
                return _json(200, row)
        return _json(404, {"message": "Not Found"})


def _has_label(row: Any, label: str) -> bool:
    names = [each if isinstance(each, str) else each["name"] for each in row["labels"]]
    return label.lower() in {name.lower() for name in names}


def _changed(row: Any) -> str:
    if "updated_at" in row:
        return str(row["updated_at"])
    return str(row["commit"]["committer"]["date"])


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    return Answer(
        status=status,
        headers={"Content-Type": "application/json; charset=utf-8"} | (headers or {}),
        body=json.dumps(body).encode(),
    )


class _Handler(BaseHTTPRequestHandler):
    hub: GitHubOnLoopback

    def do_GET(self) -> None:
        answer = self.hub.reply(self.path, dict(self.headers.items()))
        if answer.slow_seconds:
            time.sleep(answer.slow_seconds)
        try:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            promised = len(answer.body) + (100 if answer.cut else 0)
            self.send_header("Content-Length", str(promised))
            self.end_headers()
            self.wfile.write(answer.body)
        except (BrokenPipeError, ConnectionResetError):
            return  # whoever asked has lost patience

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that http.server gives it
        """Keep quiet."""


@contextmanager
def serving(hub: GitHubOnLoopback) -> Iterator[GitHubOnLoopback]:
    """Serve it on a free port of loopback."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
