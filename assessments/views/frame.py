"""What the frame of every page shows: navigation by role, workspaces, what is real."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments import access
from assessments.queries import members

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from assessments.queries.members import Membership

if TYPE_CHECKING:
    _Rooms = tuple[tuple[str, _StrPromise], ...]

# The workspace's rooms, in groups as people look for them.
_GROUPS: tuple[tuple[_StrPromise | str, _Rooms], ...] = (
    ("", (("home", _("Home")), ("asked", _("Your questions")))),
    (_("Overview"), (("portfolio", _("Portfolio")), ("movements", _("Movements")))),
    (
        _("Assessment"),
        (
            ("cycles", _("Cycles")),
            ("evidence", _("Evidence")),
            ("plan", _("Plan")),
            ("editions", _("Editions")),
        ),
    ),
    (
        _("Measurement"),
        (
            ("delivery", _("Delivery")),
            ("models", _("Models")),
            ("service_levels", _("Service levels")),
            ("sources", _("Sources")),
        ),
    ),
    (
        _("Workspace"),
        (
            ("schedules", _("Schedules")),
            ("alerts", _("Alerts")),
            ("organization", _("Organization")),
            ("members", _("Members")),
            ("audit", _("Audit trail")),
            ("exports", _("Exports")),
        ),
    ),
)
# Rooms that are reached from another one and stand under it.
_UNDER = {"portfolio": "heatmap"}

# The pages around one cycle, in the order in which a cycle goes through them.
_CYCLE_ROOMS: tuple[tuple[str, _StrPromise], ...] = (
    ("cycle", _("Overview")),
    ("participants", _("People")),
    ("results", _("Results")),
    ("gaps", _("Gaps")),
    ("cycle_evidence", _("Evidence")),
    ("calibration", _("Calibration")),
    ("reports", _("Reports")),
    ("cycle_exports", _("Share and export")),
    ("cycle_sign", _("Check and sign")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of the workspace's navigation, or of the tabs of a cycle."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries of the navigation that belong together; the first group has no name."""

    label: str
    items: list[Item]


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

    @property
    def zone(self) -> str:
        """The time zone in which moments are shown."""
        return timezone.get_current_timezone_name().replace("_", " ")

    @cached_property
    def others(self) -> list[Membership]:
        """The person's other workspaces."""
        me = self.membership
        if me is None:
            return []
        everywhere = members.memberships(user_id=me.user_id)
        return [one for one in everywhere if one.workspace_id != me.workspace_id]

    @cached_property
    def navigation(self) -> list[Group]:
        """The rooms whose doors open for this person's role; no group is empty."""
        me = self.membership
        if me is None:
            return []
        groups = [
            Group(
                label=str(label),
                items=[item for room in rooms if (item := self._item(me, *room))],
            )
            for label, rooms in _GROUPS
        ]
        return [group for group in groups if group.items]

    @cached_property
    def tabs(self) -> list[Item]:
        """The pages around the cycle in the address; none for whoever only answers."""
        me, match = self.membership, self._request.resolver_match
        cycle_id = match.kwargs.get("cycle_id") if match else None
        if me is None or cycle_id is None or not me.may(access.Verb.READ):
            return []
        found = [self._item(me, *room, cycle_id) for room in _CYCLE_ROOMS]
        items = [item for item in found if item]
        # Of addresses that begin alike, the longest says where one is.
        current = [item for item in items if item.current]
        here = max(current, key=lambda item: len(item.address), default=None)
        return [replace(item, current=item is here) for item in items]

    def _item(
        self, me: Membership, room: str, label: _StrPromise, *rest: int
    ) -> Item | None:
        address = reverse(room, args=[me.workspace_slug, *rest])
        # Whoever only answers has one place; the home page would send them there.
        if room == "home" and not me.standing.may_somewhere(access.Verb.READ):
            return None
        verb = getattr(resolve(address).func, "verb", access.Verb.READ)
        somewhere = getattr(resolve(address).func, "somewhere", False)
        if not (me.may(verb) or (somewhere and me.standing.may_somewhere(verb))):
            return None
        path = self._request.path
        places = [address]
        if room in _UNDER:
            places.append(reverse(_UNDER[room], args=[me.workspace_slug]))
        current = path == address if room == "home" else path.startswith(tuple(places))
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
        return me is not None and me.may(access.Verb.ADMINISTER)

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
