"""A GitHub App as the credential: tokens of an hour, and what can be wrong."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from assessments.connectors.base import Refused, Source, Unreachable, clean_rules
from assessments.connectors.github import GitHub
from tests.assessments.connectors.conftest import HASTE, ours
from tests.assessments.connectors.fake_github import (
    Answer,
    GitHubOnLoopback,
    serving,
)
from tests.assessments.connectors.platform import as_json
from tests.assessments.connectors.telling import collected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.assessments.connectors.platform import Asked

NOW = datetime(2026, 1, 10, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_INSTALLED = "/api/v3/repos/acme/shop/installation"
_TOKENS = "/api/v3/app/installations/678/access_tokens"


def pem(key: rsa.RSAPrivateKey = KEY, *, kind: str = "TraditionalOpenSSL") -> str:
    """Return a private key as GitHub gives it."""
    form: PrivateFormat = getattr(PrivateFormat, kind)
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


@dataclass
class AppOnLoopback(GitHubOnLoopback):
    """GitHub that gives tokens to an app, and takes nothing but the newest of them."""

    app: str = "12345"
    # How long a token holds, by what it says.
    holds: timedelta = timedelta(hours=1)
    passes: list[dict[str, Any]] = field(default_factory=list)
    wanted: list[Any] = field(default_factory=list)
    knocked: int = 0

    def reply(self, asked: Asked) -> Answer:
        """Answer what an app asks for itself, or what its token is good for."""
        if asked.path not in {_INSTALLED, _TOKENS}:
            return super().reply(asked)
        self.knocked += 1
        name = asked.path.rpartition("/")[2]
        if name in self._always:
            return self._always[name]
        if not self._is_the_app(asked.headers["authorization"]):
            return as_json(
                {"message": "A JSON web token could not be decoded"}, status=401
            )
        if asked.path == _INSTALLED:
            return as_json({"id": 678, "app_id": 12345, "suspended_at": None})
        self.wanted.append(asked.body)
        self.token = f"ghs_{len(self.wanted)}"
        ends = (NOW + self.holds).strftime("%Y-%m-%dT%H:%M:%SZ")
        return as_json({"token": self.token, "expires_at": ends}, status=201)

    def _is_the_app(self, authorization: str) -> bool:
        said, _, signature = authorization.removeprefix("Bearer ").rpartition(".")
        try:
            KEY.public_key().verify(
                _decoded(signature), said.encode(), PKCS1v15(), SHA256()
            )
        except Exception:  # noqa: BLE001 -- whatever is wrong with it, it is no pass
            return False
        self.passes.append(json.loads(_decoded(said.partition(".")[2])))
        return str(self.passes[-1]["iss"]) == self.app


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def hub() -> Iterator[AppOnLoopback]:
    """GitHub on loopback, with an app that is installed for acme/shop."""
    lists = {name: ours(name) for name in ("commits", "deployments", "issues")}
    lists |= {"pulls": [], "actions/runs": []}
    for number, rows in ours("deployments_statuses").items():
        lists[f"deployments/{number}/statuses"] = rows
    hub = AppOnLoopback(lists=lists, token="none yet")
    with serving(hub):
        yield hub


def source(hub: AppOnLoopback, secret: str) -> Source:
    """A source whose credential is an app."""
    return Source(
        kind="github",
        address=f"{hub.address}/acme/shop",
        service_key="shop",
        secret=secret,
        rules=clean_rules(GitHub.rule_fields, {}).rules,
        allow_local=True,
    )


def refusal(github: GitHub, where: Source) -> str:
    """What a test of the source says against it; it holds nothing of the key."""
    with pytest.raises(Refused) as refused:
        github.test(where, now=NOW)
    assert "MII" not in refused.value.sentence
    return refused.value.sentence


# ── tokens ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "secret",
    [
        f"12345:678\n{pem()}",
        f"12345\n{pem()}",
        f"  12345 : 678  {pem().replace(chr(10), ' ')}",
        f"12345:678{pem().replace(chr(10), '')}",
        f"12345:678 {pem(kind='PKCS8')}",
    ],
    ids=["file", "no installation", "one line", "no spaces", "PKCS 8"],
)
def test_a_repository_is_read_with_the_app_however_its_key_was_pasted(
    github: GitHub, hub: AppOnLoopback, secret: str
) -> None:
    _, found = collected(github, source(hub, secret), now=NOW)

    assert {event.kind.value for event in found} >= {"commit", "deployment"}
    assert hub.wanted == [{"repositories": ["shop"]}]  # once, for this one alone


def test_an_app_may_be_named_by_its_client_id(
    github: GitHub, hub: AppOnLoopback
) -> None:
    hub.app = "Iv23liAbCdEf"

    assert "Found acme/shop" in github.test(
        source(hub, f"Iv23liAbCdEf:678\n{pem()}"), now=NOW
    )


def test_a_pass_holds_for_minutes_and_allows_for_a_clock_that_is_behind(
    github: GitHub, hub: AppOnLoopback
) -> None:
    github.test(source(hub, f"12345:678\n{pem()}"), now=NOW)

    (claims,) = hub.passes
    assert claims["iss"] == "12345"
    assert claims["iat"] == int(NOW.timestamp()) - 60
    assert int(NOW.timestamp()) < claims["exp"] <= int(NOW.timestamp()) + 600


def test_a_token_is_renewed_before_it_ends(
    github: GitHub, hub: AppOnLoopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.page_size = 1
    clock = time.monotonic
    pages = github.fetch(source(hub, f"12345:678\n{pem()}"), cursor={}, now=NOW)

    next(pages)
    monkeypatch.setattr(time, "monotonic", lambda: clock() + 54 * 60)
    next(pages)
    assert len(hub.wanted) == 1
    monkeypatch.setattr(time, "monotonic", lambda: clock() + 56 * 60)
    next(pages)

    assert len(hub.wanted) == 2
    assert hub.passes[1]["iat"] >= hub.passes[0]["iat"] + 56 * 60


# ── what can be wrong ──────────────────────────────────────────────────────────────


def test_a_key_of_another_app_is_told_of(github: GitHub, hub: AppOnLoopback) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert "did not accept the key of the app" in refusal(
        github, source(hub, f"12345:678\n{pem(other)}")
    )


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (pem(), "as its id, a colon"),
        (f"my-app {pem()}", "as its id, a colon"),
        (f"12345:678 {pem()[:400]}", "as its id, a colon"),
        (
            "12345 -----BEGIN RSA PRIVATE KEY-----AAAA-----END RSA PRIVATE KEY-----",
            "cannot be read",
        ),
    ],
    ids=["no id", "a name", "half a key", "no key"],
)
def test_what_is_no_app_is_refused_before_anybody_is_asked(
    github: GitHub, hub: AppOnLoopback, secret: str, said: str
) -> None:
    assert said in refusal(github, source(hub, secret))
    assert hub.asked == []


def test_a_suspended_installation_is_told_of(
    github: GitHub, hub: AppOnLoopback
) -> None:
    told = as_json({"message": "This installation has been suspended"}, status=403)
    hub.always("access_tokens", told)
    hub.always(
        "installation", as_json({"id": 678, "suspended_at": "2026-01-01T00:00:00Z"})
    )

    for secret in (f"12345:678\n{pem()}", f"12345\n{pem()}"):
        assert "is suspended" in refusal(github, source(hub, secret))


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "is not installed for acme/shop"), (422, "does not have acme/shop")],
)
def test_an_app_without_the_repository_is_told_of(
    github: GitHub, hub: AppOnLoopback, status: int, said: str
) -> None:
    hub.always("access_tokens", as_json({"message": "no"}, status=status))

    assert said in refusal(github, source(hub, f"12345:678\n{pem()}"))


def test_an_app_that_is_installed_nowhere_is_told_of(
    github: GitHub, hub: AppOnLoopback
) -> None:
    hub.always("installation", as_json({"message": "Not Found"}, status=404))

    assert "is not installed" in refusal(github, source(hub, f"12345\n{pem()}"))


def test_a_list_that_the_app_may_not_read_is_named(
    github: GitHub, hub: AppOnLoopback
) -> None:
    told = {"message": "Resource not accessible by integration"}
    hub.always("deployments", as_json(told, status=403))

    said = github.test(source(hub, f"12345:678\n{pem()}"), now=NOW)

    assert "Not readable with this token: Deployments." in said


@pytest.mark.parametrize("body", [{}, {"token": 17}, {"token": ""}, [], None])
def test_an_answer_without_a_token_is_for_later(
    github: GitHub, hub: AppOnLoopback, body: Any
) -> None:
    hub.always("access_tokens", as_json(body, status=201))

    with pytest.raises(Unreachable, match="without a token"):
        github.test(source(hub, f"12345:678\n{pem()}"), now=NOW)


def test_trouble_while_a_token_is_asked_for_is_waited_out_as_any_other(
    github: GitHub, hub: AppOnLoopback
) -> None:
    hub.always("access_tokens", Answer(status=503))

    with pytest.raises(Unreachable):
        github.test(source(hub, f"12345:678\n{pem()}"), now=NOW)

    assert hub.knocked == HASTE.attempts  # not so often for each time that it is asked
