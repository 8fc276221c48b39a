"""What the frame of every page shows: navigation by role, workspaces, what is real."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from assessments import access
from assessments.queries import members

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from assessments.queries.members import Membership

_ROOMS: tuple[tuple[str, _StrPromise], ...] = (
    ("home", _("Home")),
    ("cycles", _("Cycles")),
    ("delivery", _("Delivery")),
    ("sources", _("Sources")),
    ("organization", _("Organization")),
    ("editions", _("Editions")),
    ("members", _("Members")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of the workspace's navigation."""

    label: str
    address: str
    current: bool


class Frame:
    """Read only by templates, and only what they ask for: a fragment asks nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def membership(self) -> Membership | None:
        """The person's membership of the workspace in the address, once admitted."""
        return getattr(self._request, "membership", None)

    @property
    def version(self) -> str:
        """The product's own version."""
        return settings.VERSION

    @cached_property
    def others(self) -> list[Membership]:
        """The person's other workspaces."""
        me = self.membership
        if me is None:
            return []
        everywhere = members.memberships(user_id=me.user_id)
        return [one for one in everywhere if one.workspace_id != me.workspace_id]

    @cached_property
    def navigation(self) -> list[Item]:
        """The rooms whose doors open for this person's role."""
        me = self.membership
        if me is None:
            return []
        return [item for room in _ROOMS if (item := self._item(me, *room))]

    def _item(self, me: Membership, room: str, label: _StrPromise) -> Item | None:
        address = reverse(room, args=[me.workspace_slug])
        verb = getattr(resolve(address).func, "verb", access.Verb.READ)
        if not access.allows(me.role, verb):
            return None
        path = self._request.path
        current = path == address if room == "home" else path.startswith(address)
        return Item(label=str(label), address=address, current=current)

    @cached_property
    def leads(self) -> list[str]:
        """Who may give this person another role."""
        me = self.membership
        return members.leads(workspace_id=me.workspace_id) if me else []

    @cached_property
    def may_remove(self) -> bool:
        """Whether this person may remove a simulated workspace."""
        me = self.membership
        return me is not None and access.allows(me.role, access.Verb.ADMINISTER)

    @cached_property
    def nobody_yet(self) -> bool:
        """Whether the first account has still to be made."""
        return members.nobody_yet()

    @cached_property
    def real_sources(self) -> list[str]:
        """Sources of a simulated workspace whose telemetry is real."""
        me = self.membership
        if me is None:
            return []
        return members.real_sources(workspace_id=me.workspace_id)


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Give every template its frame (a context processor)."""
    return {"frame": Frame(request)}
