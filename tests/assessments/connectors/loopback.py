"""A server on loopback that answers what a test says, and tells what it was asked."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True)
class Asked:
    """One request, as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Said:
    """One answer; parts are sent as they come, without a length."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    parts: Iterable[bytes] | None = None


@dataclass
class Server:
    """Where it is, what it was asked, how much it could send."""

    reply: Callable[[Asked], Said]
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    sent_bytes: int = 0

    def paths(self) -> list[str]:
        """Return the paths that were asked for."""
        return [each.path for each in self.asked]


class _Handler(BaseHTTPRequestHandler):
    server_said: Server

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        self.server_said.asked.append(asked)
        try:
            self._say(self.server_said.reply(asked))
        except OSError:
            return  # whoever asked has hung up

    def _say(self, said: Said) -> None:
        self.send_response_only(said.status)
        if "Date" not in said.headers:
            self.send_header("Date", self.date_time_string())
        for name, value in said.headers.items():
            self.send_header(name, value)
        if said.parts is None:
            self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        for part in said.parts or [said.body]:
            self.wfile.write(part)
            self.server_said.sent_bytes += len(part)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that http.server gives it
        """Keep quiet."""


@contextmanager
def serving(
    reply: Callable[[Asked], Said], *, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """Serve on a free port of loopback."""
    served = Server(reply)
    handler = type("Handler", (_Handler,), {"server_said": served})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    served.address = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
