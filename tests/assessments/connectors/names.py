"""A resolver that says what a test wants: names that change, names that lead inside."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


@dataclass
class Names:
    """What names lead to: one answer after the other, the last one for good."""

    known: dict[str, list[list[str]]]
    asked: list[str] = field(default_factory=list)

    def answer(self, host: str) -> list[str]:
        """Return the addresses of a name at this moment."""
        self.asked.append(host)
        answers = self.known.get(host)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


def resolving(monkeypatch: pytest.MonkeyPatch, **known: list[list[str]]) -> Names:
    """Resolve these names only (a_b is a.b); numbers are read as ever."""
    names = Names({name.replace("_", "."): each for name, each in known.items()})
    monkeypatch.setattr(socket, "getaddrinfo", _instead(names, socket.getaddrinfo))
    return names


def _instead(names: Names, real: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: str, port: int | None, *rest: Any, **more: Any) -> Any:
        if _is_number(host):
            return real(host, port, *rest, **more)
        found = []
        for address in names.answer(host):
            found += real(address, port, *rest, **more)
        return found

    return getaddrinfo


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            socket.inet_aton(host)
        except OSError:
            return False
    return True
