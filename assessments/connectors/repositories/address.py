"""Where a repository is: what may be asked, and how the credential gets there.

The credential reaches Git by its environment or by a file that only we may read; it is
never in an address or on a command line, where other processes and logs would see it.
"""

from __future__ import annotations

import base64
import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from assessments.connectors.base import Refused
from assessments.connectors.http import judged_addresses, refuse_odd_secret

if TYPE_CHECKING:
    from pathlib import Path

    from assessments.connectors.base import Source

_WEB = {"http": 80, "https": 443}
_NETWORK = frozenset({*_WEB, "ssh", "git"})
# user@host:path, as Git writes it for ssh.
_SHORT_SSH = re.compile(
    r"^(?:(?P<user>[\w.-]+)@)?(?P<host>\w[\w.-]+):(?P<path>[^/].*)$"
)
_KEY = re.compile(r"(-----BEGIN [A-Z ]+-----)(.*)(-----END [A-Z ]+-----)", re.DOTALL)
_HOST = re.compile(r"^[A-Za-z0-9_\[:][A-Za-z0-9_.:\]-]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """An address that was found fit to be asked."""

    url: str
    scheme: str
    # For sentences: the host, or the path.
    name: str
    user: str = ""
    # Where the host was found to be, for Git to go nowhere else.
    places: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return self.scheme == "file"


def remote(source: Source) -> Remote:
    """Return where the source's repository is; refuse what may not be asked."""
    found = read(source)
    if found.is_local:
        return found
    places = judged_addresses(
        found.name, allow_local=source.allow_local, house=source.house
    )
    return replace(found, places=places)


def read(source: Source) -> Remote:
    """Read the address without asking anybody; refuse one that nothing can come of."""
    address = source.address.strip()
    if not address:
        raise Refused("Enter the address of a Git repository, or its path.")
    if any(ord(letter) < ord(" ") for letter in address) or address.startswith("-"):
        raise Refused("The address has characters that no repository has.")
    short = None if "://" in address or address[0] in "/.~" else _short(address)
    found = short or (_url(address) if "://" in address else _path(address))
    if found.is_local and not source.allow_local:
        raise Refused(
            "Repositories by local path are not allowed on this server. Use a URL,"
            " or let an operator set ALLOW_LOCAL_SOURCES."
        )
    return found


def _short(address: str) -> Remote | None:
    found = _SHORT_SSH.match(address)
    if found is None or "::" in address:
        return None
    return Remote(url=address, scheme="ssh", name=found["host"])


def _url(address: str) -> Remote:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 -- raises ValueError for a port that is none
    except ValueError:
        raise Refused("The address is not a URL; check its host and port.") from None
    if parts.scheme == "file":
        return _path(unquote(parts.path))
    if parts.scheme not in _NETWORK:
        raise Refused(
            f"Addresses that start with {parts.scheme}:// are not read; use https,"
            " ssh, git or http."
        )
    if not _HOST.match(host):
        raise Refused("The address names no host.")
    if parts.password:
        raise Refused(
            "Take the password out of the address and enter it as the credential:"
            " addresses are shown to people."
        )
    return Remote(
        url=address,
        scheme=parts.scheme,
        name=host,
        user=unquote(parts.username or ""),
    )


def _path(address: str) -> Remote:
    if not address.startswith("/"):
        raise Refused(
            "Enter a whole path from the root of the file system, or a URL such as"
            " https://git.example.org/team/project.git."
        )
    return Remote(url=address, scheme="file", name=address)


def environment(found: Remote, secret: str | None, home: Path) -> dict[str, str]:
    """Return the variables that tell Git where the host is and carry the credential."""
    if found.scheme == "ssh":
        return {"GIT_SSH_COMMAND": _ssh(secret, home)}
    if found.scheme not in _WEB:
        return {}
    settings = {}
    # An address in place of a name needs none, and one of IPv6 would be misread.
    if found.places and ":" not in found.name:
        settings["http.curloptResolve"] = _resolved(found)
    if secret:
        header = f"http.{_origin(found.url)}.extraHeader"
        settings[header] = f"Authorization: Basic {_basic(found, secret)}"
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        variables[f"GIT_CONFIG_KEY_{number}"] = name
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables


def _resolved(found: Remote) -> str:
    """Return the addresses as curl takes them: looked up once, and judged."""
    port = urlsplit(found.url).port or _WEB[found.scheme]
    places = (f"[{place}]" if ":" in place else place for place in found.places)
    return f"{found.name}:{port}:{','.join(places)}"


def _basic(found: Remote, secret: str) -> str:
    refuse_odd_secret(secret)
    user, colon, password = secret.partition(":")
    if not colon:
        # A token alone: the hosts want some name with it, and ignore which.
        user, password = found.user or "x-access-token", secret
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"


def _ssh(secret: str | None, home: Path) -> str:
    # Neither the settings nor the keys of the account that runs the server are used.
    seen = shlex.quote(str(home / "known_hosts"))
    command = (
        "ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=accept-new"
        f" -o ConnectTimeout=20 -o UserKnownHostsFile={seen}"
        " -o IdentitiesOnly=yes -o IdentityAgent=none"
    )
    if not secret:
        return f"{command} -o IdentityFile=none"
    key = home / "key"
    key.unlink(missing_ok=True)
    key.touch(mode=0o600)
    key.write_text(_unfolded(secret))
    return f"{command} -i {shlex.quote(str(key))}"


def _unfolded(secret: str) -> str:
    """Return a private key with its line breaks, which a one-line field takes away."""
    found = _KEY.search(secret)
    if found is None:
        raise Refused(
            "For an ssh address the credential is a private key, whole: from"
            " -----BEGIN to the end of the last line."
        )
    first, middle, last = found.groups()
    return "\n".join([first, *middle.split(), last, ""])
