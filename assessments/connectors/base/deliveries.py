"""Looking into a delivery: what it says, or that it makes no sense."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from assessments.connectors.base.errors import Garbled
from assessments.connectors.base.reading import Fields

if TYPE_CHECKING:
    from assessments.connectors.base.hooking import Delivery

# Letters, digits and what stands between them: no path and no query.
_PLAIN = re.compile(r"^[\w-]{1,100}$", re.ASCII)

_FORM = "application/x-www-form-urlencoded"


def body_of(delivery: Delivery) -> Fields:
    """Return what a delivery says; raise Garbled where that is no object of JSON.

    Some platforms send it as a form, in a field of its own, unless they are told to.
    """
    said = delivery.body
    if delivery.headers.get("content-type", "").startswith(_FORM):
        said = parse_qs(said).get(b"payload", [b""])[0]
    try:
        body = json.loads(said)
    except (ValueError, RecursionError):
        raise Garbled("the body is no JSON") from None
    return Fields(body, "body")


def identity_in(thing: Fields, name: str) -> str:
    """Return what a row is called; a name that would lead elsewhere makes no sense."""
    text = thing.text(name)
    if not _PLAIN.match(text):
        raise Garbled(f"{name}: {text[:40]!r} is no identity")
    return text
