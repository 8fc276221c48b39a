"""The content of a sealed cycle: its formats, and the part of it that people sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.sealing.texts import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json

# Oldest first; a cycle stays in the format in which it was sealed.
FORMATS = ("compel-cycle/1", "compel-cycle/2")
# The file in which a sealed cycle leaves the product.
EXPORT = "compel-sealed-cycle/1"

# Who seals, when, and what held then: what people sign is there before that.
_SEALING = ("signatures", "signatures_needed", "journal")
_LOCKING = ("locked_at", "locked_by")


def signed_part(content: Mapping[str, Json]) -> str:
    """Return the one text of what people sign, from the content that it is part of.

    The moment of the scoring is left out: scored again with the same outcome, what was
    signed still stands.
    """
    plain = {key: value for key, value in content.items() if key not in _SEALING}
    plain["cycle"] = _without(content.get("cycle"), _LOCKING)
    plain["scored"] = _without(content.get("scored"), ("on",))
    return canonical(plain)


def _without(section: Json, names: tuple[str, ...]) -> Json:
    if not isinstance(section, dict):
        return section
    return {key: value for key, value in section.items() if key not in names}


def export(*, content: str, sha256: str, edition: Json) -> dict[str, Json]:
    """Return the document that verifies without the product: hash, text, edition."""
    return {"format": EXPORT, "sha256": sha256, "content": content, "edition": edition}
