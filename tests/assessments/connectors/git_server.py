"""A real Git server over HTTP: `git http-backend` behind a small CGI door."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class GitServer:
    """What is served, to whom, and what was asked."""

    root: Path
    # "user:password"; None: to everyone.
    account: str | None = None
    moved_to: str | None = None
    address: str = ""
    asked: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        """Return the address of a repository."""
        return f"{self.address}/{name}"


class _Handler(BaseHTTPRequestHandler):
    served: GitServer

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self._body())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        chunks = []
        while size := int(self.rfile.readline().strip(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _answer(self, body: bytes) -> None:
        self.served.asked.append(self.path)
        if self.served.moved_to:
            self.send_response(301)
            self.send_header("Location", self.served.moved_to + self.path)
            self.end_headers()
            return
        if self.served.account and not self._is_known(self.served.account):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self._relay(body)

    def _is_known(self, account: str) -> bool:
        wanted = base64.b64encode(account.encode()).decode()
        return self.headers.get("Authorization") == f"Basic {wanted}"

    def _relay(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.served.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_COUNT": "2",
                "GIT_CONFIG_KEY_0": "safe.directory",
                "GIT_CONFIG_VALUE_0": "*",
                "GIT_CONFIG_KEY_1": "uploadpack.allowFilter",
                "GIT_CONFIG_VALUE_1": "true",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "REMOTE_ADDR": "127.0.0.1",
            },
            check=False,
            capture_output=True,
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(
            line.split(": ", 1) for line in head.decode().splitlines() if ": " in line
        )
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that http.server gives it
        """Keep quiet."""


@contextmanager
def serving(server: GitServer) -> Iterator[GitServer]:
    """Serve repositories on a free port of loopback."""
    handler = type("Handler", (_Handler,), {"served": server})
    door = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    door.daemon_threads = True
    server.address = f"http://127.0.0.1:{door.server_address[1]}"
    thread = threading.Thread(target=door.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        door.shutdown()
        door.server_close()
        thread.join()
