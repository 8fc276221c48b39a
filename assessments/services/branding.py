"""How a workspace's documents look: checked, kept in versions, and never a number."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from assessments.charts import palette, words
from assessments.models import Brand, Workspace
from assessments.services import file_store, journal
from assessments.services.refusals import Refusal
from assessments.services.sniffing import Facts

if TYPE_CHECKING:
    from datetime import datetime
    from typing import BinaryIO

    from django.contrib.auth.models import AbstractBaseUser

    from assessments.models import StoredFile

_MOST_BYTES = 2 * 1024**2
_MOST_PIXELS = 16_000_000
# Wide enough for print at 60 mm, small enough for every report.
_BOX = (900, 300)
_KINDS = ("PNG", "JPEG")


class Unreadable(Refusal):
    """A color that is no color, or that cannot be read on white."""


class NoLogo(Refusal):
    """A file that is no picture of the kinds that are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a person chose; `logo` is a PNG picture of ours, or None."""

    primary: str
    accent: str
    cover_text: str = ""
    logo: bytes | None = None


def look(
    *,
    primary: str,
    accent: str,
    cover_text: str = "",
    upload: BinaryIO | None = None,
    kept: bytes | None = None,
) -> Look:
    """Check what was chosen; the logo is the one uploaded, or else the one kept."""
    return Look(
        primary=_color(_("Main color"), primary),
        accent=_color(_("Second color"), accent),
        cover_text=" ".join(cover_text.split()),
        logo=picture(upload) if upload is not None else kept,
    )


def picture(upload: BinaryIO) -> bytes:
    """Draw an uploaded picture anew, as a PNG without anything but its pixels."""
    body = upload.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise NoLogo(_("The logo is larger than 2 MB: choose a smaller picture."))
    try:
        with Image.open(io.BytesIO(body), formats=_KINDS) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise _too_many_pixels()
            # Drawing alone is not enough: whoever prints PDFs lets Pillow draw what is
            # cut off. Checking needs the picture to be opened anew.
            image.verify()
        with Image.open(io.BytesIO(body), formats=_KINDS) as image:
            drawn = image.convert("RGBA")
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise NoLogo(
            _("This file is no PNG or JPEG picture, or it is damaged.")
        ) from None
    drawn.thumbnail(_BOX)
    out = io.BytesIO()
    drawn.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _too_many_pixels() -> NoLogo:
    return NoLogo(_("The logo has too many pixels: 900 × 300 are enough."))


@transaction.atomic
def choose(
    *, workspace_id: int, look: Look, by: AbstractBaseUser, now: datetime
) -> None:
    """Let a look count from now on; the one that counts already is left alone."""
    Workspace.objects.select_for_update().get(pk=workspace_id)
    digest = _digest(look)
    before = Brand.objects.filter(workspace_id=workspace_id).first()
    if before is not None and before.sha256 == digest:
        return
    brand = Brand.objects.create(
        workspace_id=workspace_id,
        primary=look.primary,
        accent=look.accent,
        cover_text=look.cover_text,
        logo=_stored(workspace_id, look.logo, now) if look.logo else None,
        sha256=digest,
        made_by_id=by.pk,
        made_at=now,
    )
    journal.record(
        workspace_id=workspace_id,
        verb="brand.chosen",
        target=("brand", brand.pk),
        by=by,
        at=now,
        detail={"primary": look.primary, "accent": look.accent, "sha256": digest},
    )


def _color(name: str, text: str) -> str:
    color = text.strip().lower()
    if not palette.is_color(color):
        raise Unreadable(
            _("%(name)s: write a color as #rrggbb, for example #123f63.")
            % {"name": name}
        )
    if not palette.readable(color):
        raise Unreadable(
            _(
                "%(name)s: %(color)s has a contrast of %(ratio)s to 1 against white;"
                " %(needed)s are needed to read it. The nearest darker color that"
                " passes is %(better)s."
            )
            % {
                "name": name,
                "color": color,
                "ratio": words.hundredths(palette.contrast(color)),
                "needed": words.number(palette.READABLE),
                "better": palette.darker(color),
            }
        )
    return color


def _digest(look: Look) -> str:
    logo = hashlib.sha256(look.logo).hexdigest() if look.logo else ""
    told = [look.primary, look.accent, look.cover_text, logo]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _stored(workspace_id: int, logo: bytes, now: datetime) -> StoredFile:
    facts = Facts(
        name="logo.png",
        sha256=hashlib.sha256(logo).hexdigest(),
        size=len(logo),
        media_type="image/png",
    )
    return file_store.keep(
        workspace_id=workspace_id, stream=io.BytesIO(logo), facts=facts, now=now
    )
