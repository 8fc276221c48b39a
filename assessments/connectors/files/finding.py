"""Where files are, and what is in them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from assessments.connectors import http
from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors.base import Source
    from scoring.events import Json

_MOST_FILES = 10_000
_MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file: its name below the folder, its digest, its JSON; None: it has none."""

    name: str
    digest: str
    content: Json


def where_of(source: Source) -> Path | None:
    """Return the path that a source names; None: it is an address on the web."""
    address = source.address.strip()
    if not address.startswith("/"):
        web_address(source)
        return None
    if not source.allow_local:
        raise Refused(
            "Files by their path are not allowed on this server. Use an address on the"
            " web, or let an operator set ALLOW_LOCAL_SOURCES."
        )
    return Path(address)


def found_in(source: Source, patience: http.Patience) -> Iterator[Found]:
    """Yield the files of a source, in the order of their names."""
    place = where_of(source)
    if place is None:
        yield _fetched(source, patience)
    elif place.is_dir():
        for path in _files_in(place):
            yield _read(path, str(path.relative_to(place)))
    elif place.is_file():
        yield _read(place, place.name)
    else:
        raise Refused("There is no such file or folder on this server; check the path.")


def _files_in(folder: Path) -> list[Path]:
    """Return the JSON files in a folder; what leads out of it is left alone."""
    home = folder.resolve()
    files = sorted(
        path
        for path in folder.rglob("*.json")
        if path.is_file() and path.resolve().is_relative_to(home)
    )
    if len(files) > _MOST_FILES:
        raise Refused(
            f"The folder has more than {_MOST_FILES:,} files; give this source a"
            " folder of its own, and move old files away."
        )
    return files


def _read(path: Path, name: str) -> Found:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Refused(f"{name} has more than {_MOST_BYTES:,} bytes.")
        raw = path.read_bytes()
    except OSError:
        raise Refused(
            f"{name} cannot be read; let the product's account read it."
        ) from None
    return Found(name=name, digest=hashlib.sha256(raw).hexdigest(), content=_json(raw))


def _json(raw: bytes) -> Json:
    try:
        content: Json = json.loads(raw)
    except (ValueError, RecursionError):
        return None  # that parsing complains of
    return content


def _fetched(source: Source, patience: http.Patience) -> Found:
    http.refuse_odd_secret(source.secret)
    web = web_address(source)
    query = urlsplit(source.address.strip()).query
    path = "".join(f"/{quote(name)}" for name in web.names)
    headers = {"Accept": "application/json", "User-Agent": "compel"}
    if source.secret:
        headers["Authorization"] = f"Bearer {source.secret}"
    with http.Client(
        web.origin,
        headers=headers,
        allow_local=source.allow_local,
        patience=patience,
        house=source.house,
    ) as client:
        try:
            content = client.get(f"{path}?{query}" if query else path).body
        except http.Denied as denied:
            raise Refused(
                f"{client.host} does not hand out the file (status {denied.status});"
                " check the address and the token."
            ) from None
    said = json.dumps(content, sort_keys=True).encode()
    name = web.names[-1] if web.names else web.host
    return Found(name=name, digest=hashlib.sha256(said).hexdigest(), content=content)
