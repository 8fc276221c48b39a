"""The `git` program, run alone: without questions, and for a limited time.

Nothing of the account that it runs under is used: no settings, hooks, credentials. The
pages of its output that may hold an address are read only for what they mean.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, NoReturn

from assessments.connectors.base import Refused, Unreachable
from assessments.connectors.repositories.address import environment

if TYPE_CHECKING:
    from pathlib import Path

    from assessments.connectors.repositories.address import Remote

_CONFIGURATION = """\
[safe]
    directory = *
[core]
    hooksPath = /dev/null
    askPass =
[credential]
    helper =
[http]
    followRedirects = false
    lowSpeedLimit = 500
    lowSpeedTime = 60
[protocol "ext"]
    allow = never
[uploadpack]
    allowFilter = true
[fetch]
    fsckObjects = false
[gc]
    autoDetach = false
[advice]
    detachedHead = false
"""
_PASSED_ON = (
    "PATH", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy",
    "https_proxy", "no_proxy", "all_proxy", "GIT_SSL_CAINFO", "SSL_CERT_FILE",
)  # fmt: skip
# What Git says (in English: LC_ALL=C), and what that means for people; first match.
_REFUSALS = {
    r"Authentication failed|could not read (Username|Password)|error: 40[13]"
    r"|Permission denied \(|terminal prompts disabled|Access denied": (
        "{name} did not accept the credential, or wants one. Enter one that may read"
        " this repository."
    ),
    r"Host key verification failed": (
        "The ssh key of {name} is not the one seen before. If it was changed on"
        " purpose, remove this source and connect it again."
    ),
    r"error: 30\d|unable to update url base from redirection|redirect": (
        "{name} says that the repository has moved; enter its new address."
    ),
    r"certificate|SSL": (
        "The certificate of {name} cannot be verified; install its authority on this"
        " server."
    ),
    r"not found|does not exist|does not appear to be a git repo|not a git repo"
    r"|is this a git repository|error: 404|repository not exported": (
        "There is no Git repository at this address; check it."
    ),
    r"transport .* not allowed": (
        "Addresses of this kind are not read; use https, ssh, git or http."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long Git may take."""

    asking_seconds: float = 40.0
    fetching_seconds: float = 1200.0
    reading_seconds: float = 600.0


class Broken(Exception):
    """The clone itself is damaged: it has to be made anew."""


class Program:
    """Git, for one repository and its credential, in a folder of its own."""

    def __init__(self, remote: Remote, secret: str | None, home: Path) -> None:
        self._name = remote.name
        self._home = home
        settings = home / "gitconfig"
        settings.write_text(_CONFIGURATION)
        schemes = "https:http:ssh:git" + (":file" if remote.is_local else "")
        self._environment = {
            **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            "HOME": str(home),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(settings),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": schemes,
            **environment(remote, secret, home),
        }

    def run(
        self,
        *arguments: str,
        seconds: float,
        said: bytes = b"",
        sink: IO[bytes] | None = None,
    ) -> bytes:
        """Run git and return what it prints, or send that to the sink."""
        program = shutil.which("git")
        if program is None:
            raise Refused("The program git is missing on this server; install it.")
        with subprocess.Popen(  # noqa: S603 -- a list, no shell; addresses are checked
            [program, *arguments],
            stdin=subprocess.PIPE,
            stdout=sink or subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._home,
            env=self._environment,
            start_new_session=True,
        ) as process:
            try:
                out, complaint = process.communicate(said, timeout=seconds)
            except BaseException as error:
                # With everything that it started: helpers hold on to the network.
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise Unreachable(f"{self._name} did not answer in time.") from None
                raise
        if process.returncode:
            self._complain(complaint.decode("utf-8", "replace"))
        return out or b""

    def _complain(self, complaint: str) -> NoReturn:
        if re.search(r"corrupt|bad object|missing blob|unable to read tree", complaint):
            raise Broken
        for pattern, sentence in _REFUSALS.items():
            if re.search(pattern, complaint, re.IGNORECASE):
                raise Refused(sentence.format(name=self._name))
        raise Unreachable(f"{self._name} cannot be read at the moment.")
