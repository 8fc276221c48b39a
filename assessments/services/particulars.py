"""What is said about a piece of evidence, and what cannot be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from assessments.models import Member
from assessments.services.refusals import Unfit

if TYPE_CHECKING:
    from datetime import date

    from assessments.models import Evidence
    from scoring.events import Json

_YEARS = range(1990, 2101)
_LONGEST_TITLE, _LONGEST_ORIGIN, _LONGEST_NOTE, _LONGEST_URL = 200, 120, 5000, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What is said about a piece of evidence."""

    title: str = ""  # empty: the file's name, the link's host, the metric's name
    origin: str = ""
    note: str = ""
    owner_id: int
    dated_on: date
    expires_on: date | None = None


def check(*, workspace_id: int, said: Particulars, today: date) -> None:
    """Refuse what cannot be; raises `Unfit` with the field's name."""
    _check_lengths(said)
    _check_dates(said, today)
    members = Member.objects.filter(workspace_id=workspace_id)
    if not members.filter(user_id=said.owner_id).exists():
        raise Unfit("owner", _("Choose an owner who belongs to this workspace."))


def checked_url(url: str) -> str:
    """Return a web address that people may be sent to; raises `Unfit`."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, password = parts.hostname, parts.password
    except ValueError:
        raise Unfit("url", _("This is not a web address: check it.")) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise Unfit("url", _("Give a web address that starts with https:// or http://"))
    if password is not None:
        raise Unfit(
            "url", _("Leave the password out of the address: all could read it.")
        )
    if len(url) > _LONGEST_URL:
        raise Unfit(
            "url",
            _("Keep the address within %(most)d characters.") % {"most": _LONGEST_URL},
        )
    return url


def described(
    piece: Evidence, workspace_id: int, said: Particulars, name: str
) -> Evidence:
    """Write on a row what is said; `name` where no title is given."""
    piece.workspace_id = workspace_id
    piece.title = (said.title.strip() or name)[:_LONGEST_TITLE]
    piece.origin = said.origin.strip()
    piece.note = said.note.strip()
    piece.owner_id = said.owner_id
    piece.dated_on = said.dated_on
    piece.expires_on = said.expires_on
    return piece


def plain(piece: Evidence) -> dict[str, Json]:
    """Return what is said about a piece of evidence, for the journal."""
    return {
        "title": piece.title,
        "origin": piece.origin,
        "note": piece.note,
        "owner": piece.owner_id,
        "dated_on": piece.dated_on.isoformat(),
        "expires_on": piece.expires_on.isoformat() if piece.expires_on else None,
    }


def _check_lengths(said: Particulars) -> None:
    for name, most in (
        ("title", _LONGEST_TITLE),
        ("origin", _LONGEST_ORIGIN),
        ("note", _LONGEST_NOTE),
    ):
        if len(getattr(said, name)) > most:
            raise Unfit(
                name, _("Keep this within %(most)d characters.") % {"most": most}
            )


def _check_dates(said: Particulars, today: date) -> None:
    # Where the sun rises first it is tomorrow already.
    if said.dated_on > today + timedelta(days=1):
        raise Unfit(
            "dated_on", _("Evidence is from today or earlier: correct the date.")
        )
    if said.dated_on.year not in _YEARS:
        raise Unfit(
            "dated_on",
            _("The year %(year)d is not believable: correct it.")
            % {"year": said.dated_on.year},
        )
    if said.expires_on is None:
        return
    if said.expires_on < said.dated_on:
        raise Unfit("expires_on", _("It would expire before its own date."))
    if said.expires_on.year not in _YEARS:
        raise Unfit(
            "expires_on",
            _("The year %(year)d is not believable: correct it.")
            % {"year": said.expires_on.year},
        )
