"""Where requests may go: by name, by address, and nowhere else afterwards."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.connectors import http
from assessments.connectors.base import House, Refused, Unreachable
from assessments.connectors.http.home import Home
from tests.assessments.connectors.conftest import HASTE
from tests.assessments.connectors.loopback import Asked, Said, serving
from tests.assessments.connectors.names import resolving

METADATA = "169.254.169.254"


def client_of(
    address: str, *, allow_local: bool = False, hosts: tuple[str, ...] = ()
) -> http.Client:
    """A client that holds a credential."""
    return http.Client(
        address,
        headers={"Authorization": "Bearer canary"},
        allow_local=allow_local,
        patience=HASTE,
        house=House(hosts=hosts),
    )


def told(address: str, **rules: object) -> str:
    """Why an address may not be asked."""
    with pytest.raises(Refused) as refused:
        client_of(address, **rules)  # type: ignore[arg-type]  # as the tests write them
    return refused.value.sentence


# ── addresses ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",  # one number
        "0x7f000001",  # hexadecimal
        "10.0.0.8",
        "192.168.1.1",
        "100.64.0.1",  # shared by a provider's customers
        "169.254.7.7",
        "0.0.0.0",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[64:ff9b:1::1]",
        "[::ffff:127.0.0.1]",  # IPv4 in IPv6, in each of its ways
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[2002:7f00:1::]",
    ],
)
def test_an_address_inside_is_refused_however_it_is_written(host: str) -> None:
    assert "private network" in told(f"http://{host}/")


@pytest.mark.parametrize(
    "host", ["0177.0.0.1", "1.2.3.4.5", "127.0.0.1%00.example.org"]
)
def test_an_address_that_is_none_is_not_asked(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch)

    with pytest.raises((Refused, Unreachable)):
        client_of(f"http://{host}/")


@pytest.mark.parametrize(
    "host",
    [
        METADATA,
        "2852039166",  # the same, as one number
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[fd00:ec2::254]",
        "168.63.129.16",
        "100.100.100.200",
    ],
)
@pytest.mark.parametrize("allow_local", [True, False])
def test_who_gives_out_credentials_is_refused_even_where_local_is_allowed(
    host: str, *, allow_local: bool
) -> None:
    assert "gives out" in told(f"http://{host}/", allow_local=allow_local)


@pytest.mark.parametrize(
    "host", ["metadata.google.internal", "METADATA.google.internal.", "metadata"]
)
def test_who_gives_out_credentials_is_known_by_name_too(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch)

    assert "gives out" in told(f"http://{host}/", allow_local=True)


def test_an_operator_may_name_what_gives_out_credentials() -> None:
    named = ("*.example.org", METADATA)

    client_of(f"http://{METADATA}/", allow_local=True, hosts=named)

    # A pattern names nobody.
    assert "gives out" in told(f"http://{METADATA}/", allow_local=True, hosts=("*",))
    # Naming it does not open the network around it.
    assert "private" in told(f"http://{METADATA}/", hosts=named)


@given(st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address))
def test_an_address_in_ipv6_is_judged_as_itself(address: ipaddress.IPv4Address) -> None:
    def refused(host: str) -> bool:
        try:
            http.judged_addresses(host, allow_local=False)
        except Refused:
            return True
        return False

    assert refused(f"::ffff:{address}") == refused(str(address))
    assert refused(f"64:ff9b::{address}") == refused(str(address))


# ── names ──────────────────────────────────────────────────────────────────────────


def test_one_address_inside_is_enough_to_refuse_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, code_example_org=[["93.184.215.14", "10.0.0.8"]])

    assert "private network" in told("https://code.example.org")


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("code.example.org", True),
        ("CODE.example.org", True),
        ("a.b.corp.example", True),
        ("corp.example", False),
        ("code.example.org.evil.example", False),
        ("evil.example", False),
    ],
)
def test_only_hosts_that_the_operator_listed_are_asked(
    host: str, *, listed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, **{host.lower(): [["93.184.215.14"]]})
    hosts = ("code.example.org", "*.corp.example")

    if listed:
        client_of(f"https://{host}/", hosts=hosts)
    else:
        assert "OUTGOING_HOSTS" in told(f"https://{host}/", hosts=hosts)


def test_git_asks_only_listed_hosts_too() -> None:
    with pytest.raises(Refused, match="OUTGOING_HOSTS"):
        http.judged_addresses(
            "evil.example", allow_local=True, house=House(hosts=("code.example.org",))
        )


# ── a name that changes its mind ───────────────────────────────────────────────────


def test_a_name_that_turns_inside_is_asked_where_it_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = resolving(monkeypatch, code_example_org=[["93.184.215.14"], ["127.0.0.1"]])
    tried: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)

    with (
        client_of("http://code.example.org") as client,
        pytest.raises(Unreachable, match="cannot be reached"),
    ):
        client.get("/x")

    assert set(tried) == {("93.184.215.14", 80)}
    assert names.asked == ["code.example.org"]


def test_the_server_hears_the_name_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, code_example_org=[["127.0.0.1"], ["192.0.2.1"]])

    with serving(lambda _: Said(body=b"[]")) as server:
        port = server.address.rpartition(":")[2]
        address = f"http://code.example.org:{port}"
        with client_of(address, allow_local=True) as client:
            client.get("/one")
            client.get("/two")

    assert [each.headers["host"] for each in server.asked] == [
        f"code.example.org:{port}"
    ] * 2


def test_another_address_is_tried_where_nobody_listens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, code_example_org=[["127.0.0.2", "127.0.0.1"]])
    real = socket.create_connection
    tried: list[str] = []

    def connect(address: tuple[str, int], *rest: object, **more: object) -> object:
        tried.append(address[0])
        if address[0] == "127.0.0.2":
            raise ConnectionRefusedError
        return real(address, *rest, **more)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(socket, "create_connection", connect)

    with serving(lambda _: Said(body=b"[7]")) as server:
        port = server.address.rpartition(":")[2]
        with client_of(f"http://code.example.org:{port}", allow_local=True) as client:
            assert client.get("/x").body == [7]

    assert tried == ["127.0.0.2", "127.0.0.1"]


# ── led elsewhere ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "target",
    [
        f"http://{METADATA}/latest/meta-data/",
        "http://metadata.google.internal/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "//10.0.0.1/",
        "http://127.0.0.1:1/",
        "ftp://127.0.0.1/",
        "http://[/",
    ],
)
def test_neither_redirects_nor_pages_lead_elsewhere(target: str) -> None:
    def reply(asked: Asked) -> Said:
        if asked.path == "/moved":
            return Said(status=302, headers={"Location": target})
        return Said(headers={"Link": f'<{target}>; rel="next"'}, body=b"[]")

    with (
        serving(reply) as server,
        client_of(server.address, allow_local=True) as client,
    ):
        with pytest.raises(Refused):
            client.get("/moved")
        with pytest.raises(Refused):
            list(client.pages("/list", {}))
        with pytest.raises(Refused):
            client.get(target if "://" in target else f"http:{target}")

    assert server.paths() == ["/moved", "/list"]


@pytest.mark.parametrize(
    ("link", "goes"),
    [
        ("http://git.example.org/api?page=2", "https://git.example.org/api?page=2"),
        ("http://git.example.org:8443/api", None),
        ("http://evil.example.org/api", None),
    ],
)
def test_a_server_behind_tls_that_says_http_means_itself(
    link: str, goes: str | None
) -> None:
    home = Home("https://git.example.org/api")
    if goes is None:
        with pytest.raises(Refused):
            home.led("https://git.example.org/api", link, does="sends its pages")
    else:
        led = home.led("https://git.example.org/api", link, does="sends its pages")
        assert led == goes
