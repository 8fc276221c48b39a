"""Facts: what measuring reads of some services, each thing once and when asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from assessments.models import Service
from assessments.services import daily
from assessments.services.estate import estate

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from scoring.events import Lane, Window
    from scoring.metrics import Estate
    from scoring.rollups import DayFlow, DayRollup


class Facts:
    """What is known of services in a span of days, both ends included.

    `service_ids` None means every service of the workspace.
    """

    def __init__(
        self,
        *,
        workspace_id: int,
        service_ids: Collection[int] | None,
        first: date,
        last: date,
    ) -> None:
        self.workspace_id = workspace_id
        self.service_ids = service_ids
        self.first = first
        self.last = last
        self._of_lane: dict[Lane, list[DayRollup]] = {}
        self._estates: dict[Window, Estate] = {}
        self._before: dict[date, frozenset[Lane]] = {}

    @cached_property
    def services(self) -> Collection[int]:
        """The services, one by one."""
        if self.service_ids is not None:
            return self.service_ids
        rows = Service.objects.filter(workspace_id=self.workspace_id)
        return list(rows.order_by("pk").values_list("pk", flat=True))

    @cached_property
    def days(self) -> Sequence[DayRollup]:
        """Each lane's days, of all the services together."""
        return daily.summed(
            workspace_id=self.workspace_id,
            service_ids=self.service_ids,
            first=self.first,
            last=self.last,
        )

    @cached_property
    def flows(self) -> Sequence[DayFlow]:
        """What each lane's days tell of stages and pipelines, all services together."""
        return daily.flows(
            workspace_id=self.workspace_id,
            service_ids=self.service_ids,
            first=self.first,
            last=self.last,
        )

    def of_lane(self, lane: Lane) -> Sequence[DayRollup]:
        """Return each service's own days of a lane, with all their details."""
        if lane not in self._of_lane:
            self._of_lane[lane] = daily.of_lane(
                workspace_id=self.workspace_id,
                service_ids=self.service_ids,
                lane=lane,
                first=self.first,
                last=self.last,
            )
        return self._of_lane[lane]

    def seen_before(self, lane: Lane, window: Window) -> bool:
        """Return whether something was deployed in a lane before the window."""
        first = window.start.date()
        if first not in self._before:
            self._before[first] = daily.lanes_before(
                workspace_id=self.workspace_id,
                service_ids=self.service_ids,
                first=first,
            )
        return lane in self._before[first]

    def estate(self, window: Window) -> Estate:
        """Return the models at the end of a window, and what was recorded of them."""
        if window not in self._estates:
            self._estates[window] = estate(
                workspace_id=self.workspace_id,
                service_ids=self.services,
                window=window,
            )
        return self._estates[window]
