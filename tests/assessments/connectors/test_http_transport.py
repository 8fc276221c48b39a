"""Certificates and proxies: who is spoken to is who was named."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from assessments.connectors import http
from assessments.connectors.base import Refused
from tests.assessments.connectors.conftest import HASTE
from tests.assessments.connectors.loopback import Said, serving
from tests.assessments.connectors.names import resolving

if TYPE_CHECKING:
    from pathlib import Path


def certificate(folder: Path, name: str) -> Path:
    """Make a certificate for a name, signed by itself, with its key behind it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


def asked(server_name: str, *, known: Path | None, shown: Path) -> object:
    """What an https server answers that shows this certificate, while one is known."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    with pytest.MonkeyPatch.context() as patch:
        resolving(patch, **{server_name: [["127.0.0.1"]]})
        if known:
            patch.setenv("SSL_CERT_FILE", str(known))
        with serving(lambda _: Said(body=b"[7]"), tls=context) as server:
            port = server.address.rpartition(":")[2]
            with http.Client(
                f"https://{server_name}:{port}",
                headers={},
                allow_local=True,
                patience=HASTE,
            ) as client:
                return client.get("/x").body


def test_the_certificate_is_checked_for_the_name_not_the_address(
    tmp_path: Path,
) -> None:
    ours = certificate(tmp_path, "code.example.org")

    assert asked("code.example.org", known=ours, shown=ours) == [7]
    with pytest.raises(Refused, match="is for another name"):
        asked("other.example.org", known=ours, shown=ours)


def test_a_certificate_of_nobody_known_is_refused(tmp_path: Path) -> None:
    theirs = certificate(tmp_path, "code.example.org")

    with pytest.raises(Refused, match="install its authority"):
        asked("code.example.org", known=None, shown=theirs)


def test_a_proxy_is_asked_for_names_that_only_it_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, localhost=[["127.0.0.1"]], inside_example=[["10.0.0.1"]])

    with serving(lambda _: Said(body=b"[7]")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        with http.Client(
            "http://code.example.org", headers={}, allow_local=False, patience=HASTE
        ) as client:
            assert client.get("/x").body == [7]

        for inside in ("http://127.0.0.1", "http://inside.example"):
            with pytest.raises(Refused, match="private network"):
                http.Client(inside, headers={}, allow_local=False, patience=HASTE)

    assert proxy.paths() == ["http://code.example.org/x"]


def test_a_host_that_the_proxy_is_not_for_is_asked_directly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    with (
        serving(lambda _: Said(body=b"[7]")) as server,
        http.Client(
            server.address, headers={}, allow_local=True, patience=HASTE
        ) as client,
    ):
        assert client.get("/x").body == [7]
