"""How a workspace's documents look: the brand that counts, or the product's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.storage import storages

from assessments.models import Brand

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandRow:
    """A brand as its page shows it; `logo` is a PNG picture, or None."""

    id: int
    primary: str
    accent: str
    cover_text: str
    logo: bytes | None
    sha256: str
    made_by: str
    made_at: datetime


def newest(*, workspace_id: int) -> BrandRow | None:
    """Return the brand that counts in a workspace; None: the product's own look."""
    brand = Brand.objects.filter(workspace_id=workspace_id)
    return _row(brand.select_related("logo", "made_by").first())


def brand(*, brand_id: int | None) -> BrandRow | None:
    """Return the brand that a report was asked for in."""
    if brand_id is None:
        return None
    found = Brand.objects.filter(pk=brand_id)
    return _row(found.select_related("logo", "made_by").first())


def _row(found: Brand | None) -> BrandRow | None:
    if found is None:
        return None
    by = found.made_by
    return BrandRow(
        id=found.pk,
        primary=found.primary,
        accent=found.accent,
        cover_text=found.cover_text,
        logo=_logo(found),
        sha256=found.sha256,
        made_by=(by.get_full_name() or by.get_username()) if by else "",
        made_at=found.made_at,
    )


def _logo(found: Brand) -> bytes | None:
    """Read the logo; one that the storage has lost must not stop a report."""
    if found.logo is None:
        return None
    try:
        with storages["evidence"].open(found.logo.key, "rb") as file:
            return bytes(file.read())
    except OSError:
        return None
