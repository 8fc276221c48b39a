"""A GitHub App as the credential: its key becomes tokens of an hour.

Entered as the app's id, a colon and the installation's id where it is known, and the
private key as GitHub gives it: `12345:678 -----BEGIN RSA PRIVATE KEY----- …`. Fields of
pages take line breaks out, so none is needed.
"""

from __future__ import annotations

import json
import re
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from assessments.connectors.base import Refused, Unreachable
from assessments.connectors.http import Denied
from assessments.connectors.lists import field, moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessments.connectors.github.address import Repository
    from assessments.connectors.http import Client
    from scoring.events import Json

_MARK = "-----BEGIN"
_FORM = re.compile(
    r"^\s*(?P<app>\d{1,20}|Iv[\w.]{5,60})(?:\s*:\s*(?P<installation>\d{1,20}))?\s*"
    r"-----BEGIN (?P<label>(?:RSA )?PRIVATE KEY)-----(?P<key>.+?)"
    r"-----END (?P=label)-----\s*$",
    re.ASCII | re.DOTALL,
)
_LINE = 64
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_UNFIT = 422
# GitHub takes no more than ten minutes, and its clock may be a little behind ours.
_BEHIND = timedelta(minutes=1)
_HOLDS = timedelta(minutes=8)
# A token holds for an hour; it is renewed a little before, by whatever clock.
_HOUR = timedelta(minutes=60)
_BEFORE = timedelta(minutes=5)
_SOONEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app, its key, and where it is installed if that was entered."""

    identity: str
    installation: str | None
    key: RSAPrivateKey

    def pass_at(self, now: datetime) -> str:
        """Return what the app shows for itself: a signed JWT of a few minutes."""
        claims = {
            "iat": int((now - _BEHIND).timestamp()),
            "exp": int((now + _HOLDS).timestamp()),
            "iss": self.identity,
        }
        said = f"{_coded({'alg': 'RS256', 'typ': 'JWT'})}.{_coded(claims)}"
        signature = self.key.sign(said.encode(), PKCS1v15(), SHA256())
        return f"{said}.{_base64(signature)}"


def app_of(secret: str | None) -> App | None:
    """Return the app that a credential is of; None: it is a token, or nothing."""
    if not secret or _MARK not in secret:
        return None
    found = _FORM.match(secret)
    if found is None:
        raise Refused(
            "Enter a GitHub App as its id, a colon and the id of its installation if"
            " you know it, then the whole private key: 12345:678 -----BEGIN RSA PRIVATE"
            " KEY----- and so on to its end."
        )
    return App(
        identity=found["app"],
        installation=found["installation"],
        key=_key(found["label"], found["key"]),
    )


def _key(label: str, coded: str) -> RSAPrivateKey:
    letters = re.sub(r"\s|\\n", "", coded)
    lines = [letters[at : at + _LINE] for at in range(0, len(letters), _LINE)]
    pem = "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise Refused(
            "The private key of the GitHub App cannot be read: paste the whole file"
            " that GitHub gave you, or create a new key for the app."
        )
    return key


class Bearing:
    """The header of an installation's token, which is renewed before it ends."""

    def __init__(
        self,
        app: App,
        place: Repository,
        *,
        client: Callable[[Mapping[str, str]], Client],
        now: datetime,
    ) -> None:
        self._app = app
        self._place = place
        self._client = client
        self._now = now
        self._started = time.monotonic()
        self._token = ""
        self._until = timedelta(0)

    def __call__(self) -> dict[str, str]:
        """Return the header; ask for a token if there is none that holds."""
        if not self._token or self._elapsed() >= self._until:
            self._renew()
        return _bearer(self._token)

    def _elapsed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._started)

    def _renew(self) -> None:
        now = self._now + self._elapsed()
        with self._client(_bearer(self._app.pass_at(now))) as client:
            body = self._asked(client)
        token = field(body, "token")
        if not isinstance(token, str) or not token:
            raise Unreachable(f"{client.host} answered without a token.")
        ends = moment_of(field(body, "expires_at")) or now + _HOUR
        lifetime = min(ends - now, _HOUR) - _BEFORE
        self._token = token
        self._until = self._elapsed() + max(lifetime, _SOONEST)

    def _asked(self, client: Client) -> Json:
        """Return the answer with a token for this repository alone."""
        try:
            number = self._app.installation or self._found(client)
            return client.post(
                f"/app/installations/{number}/access_tokens",
                {"repositories": [self._place.name]},
            ).body
        except Denied as denied:
            raise self._refusal(denied) from None

    def _found(self, client: Client) -> str:
        """Return the installation that has the repository."""
        body = client.get(f"{self._place.path}/installation").body
        number = field(body, "id")
        if isinstance(number, bool) or not isinstance(number, int):
            raise Unreachable(f"{client.host} does not say where the app is installed.")
        if field(body, "suspended_at"):
            raise self._suspended()
        return str(number)

    def _refusal(self, denied: Denied) -> Refused:
        if denied.status == _UNAUTHORIZED:
            return Refused(
                "GitHub did not accept the key of the app: check that the id and the"
                " private key are of the same app, that the key was not deleted there,"
                " and that the clock of this server is right."
            )
        if denied.status == _FORBIDDEN:
            return self._suspended()
        name = self._place.full_name
        if denied.status == _UNFIT:
            return Refused(
                f"The installation of the GitHub App does not have {name}: give it that"
                " repository in its settings, with at least one permission."
            )
        return Refused(
            f"The GitHub App is not installed for {name}, or not under this number:"
            " install it there, and leave the number of the installation out if you are"
            " not sure."
        )

    def _suspended(self) -> Refused:
        return Refused(
            f"The installation of the GitHub App for {self._place.full_name} is"
            " suspended: an owner has to let it work again, in its settings."
        )


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _coded(value: Mapping[str, object]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
