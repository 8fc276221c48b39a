"""Where a model version came from: data, code, run, evaluation, approval, deployment.

Each step names the event that tells it; what no event tells is not recorded, and it
says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.models import Event
from assessments.queries.model_versions import records
from assessments.queries.reach import EVERYWHERE, under
from scoring import events
from scoring.events import Deployment, Kind, Lane, ModelVersion, PipelineRun, recorded

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from assessments.queries.reach import Reach
    from scoring.events import Json

_SHORT_SHA = 12
_ADDRESSES = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the way. `what` is empty where nothing is recorded."""

    kind: str
    label: str
    what: str = ""
    more: str = ""
    at: datetime | None = None
    url: str = ""
    link: str = ""  # what the address is called
    # The event that tells it.
    event_id: int | None = None

    @property
    def known(self) -> bool:
        """Whether anything is recorded of it."""
        return bool(self.what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """The way of one version, step by step from its data to production."""

    id: int
    model: str
    version: str
    steps: tuple[Step, ...]

    @property
    def known(self) -> int:
        """How many steps are recorded."""
        return sum(step.known for step in self.steps)


def lineage(
    *, workspace_id: int, event_id: int, reach: Reach = EVERYWHERE
) -> Lineage | None:
    """Return the way of a version, by the id of its event; None outside of reach."""
    row = (
        records(workspace_id)
        .filter(under("service__scope__path", reach), pk=event_id)
        .first()
    )
    if row is None:
        return None
    version = events.parse(row.data, Kind.MODEL_VERSION)
    if not isinstance(version, ModelVersion):
        return None
    way = _Way(workspace_id, row, version)
    return Lineage(
        id=row.pk,
        model=version.model,
        version=version.version,
        steps=(
            way.data(),
            way.code(),
            way.run(),
            way.parameters(),
            way.environment(),
            way.evaluation(),
            way.approval(),
            way.deployment(),
        ),
    )


class _Way:
    """The steps of one version; what other events tell is looked up once."""

    def __init__(self, workspace_id: int, row: Event, version: ModelVersion) -> None:
        self._workspace_id = workspace_id
        self._row = row
        self._version = version
        self._told = version.attributes
        self._release = self._first_deployment()

    def data(self) -> Step:
        reference = self._version.dataset_ref or ""
        return self._own(
            "data",
            _("Data"),
            reference,
            at=self._version.dataset_at if reference else None,
        )

    def code(self) -> Step:
        sha = self._version.code_sha or ""
        commit = self._named(Kind.COMMIT, sha)
        change = self._events(Kind.CHANGE).filter(refers_to=sha).first()
        told_by = commit or self._row
        return Step(
            kind="code",
            label=_("Code"),
            what=sha[:_SHORT_SHA],
            at=commit.at if commit and sha else None,
            url=_address(change.data.get("url")) if change and sha else "",
            link=_("On the platform"),
            event_id=told_by.pk if sha else None,
        )

    def run(self) -> Step:
        name = self._version.pipeline_run_id or ""
        row = self._named(Kind.PIPELINE_RUN, name)
        run = events.parse(row.data, Kind.PIPELINE_RUN) if row and name else None
        if not isinstance(run, PipelineRun):
            return self._own("run", _("Training run"), name)
        how = _("automated") if run.automated else _("started by hand")
        return Step(
            kind="run",
            label=_("Training run"),
            what=f"{run.pipeline} · {name}",
            more=how,
            at=run.at,
            url=_address(run.url),
            link=_("On the platform"),
            event_id=row.pk if row else None,
        )

    def parameters(self) -> Step:
        said = _parameters(recorded.parameters(self._told))
        return self._own("parameters", _("Parameters"), said)

    def environment(self) -> Step:
        image = recorded.environment(self._told)
        return self._own("environment", _("Environment"), image)

    def evaluation(self) -> Step:
        at = self._version.evaluated_at
        found = _figures(recorded.evaluation(self._told))
        card = recorded.model_card(self._told)
        what = found or (_("evaluated") if at else "")
        return self._own(
            "evaluation",
            _("Evaluation"),
            what or card,
            at=at,
            url=_address(card),
            link=_("Model card"),
        )

    def approval(self) -> Step:
        """Tell of the approval in the registry, else of the one with the release."""
        told = [(self._row.pk, self._told)]
        if self._release is not None:
            told.append((self._release[0], self._release[1].attributes))
        for event_id, attributes in told:
            found = recorded.approval(attributes)
            if found is not None:
                return Step(
                    kind="approval",
                    label=_("Approval"),
                    what=found.by or _("approved"),
                    at=found.at,
                    event_id=event_id,
                )
        return Step(kind="approval", label=_("Approval"))

    def deployment(self) -> Step:
        label = _("Deployment")
        if self._release is None:
            return Step(kind="deployment", label=label)
        pk, release = self._release
        said = (recorded.actor(release.attributes), recorded.reason(release.attributes))
        return Step(
            kind="deployment",
            label=label,
            what=release.environment,
            more=" · ".join(one for one in said if one),
            at=release.at,
            url=_address(release.url),
            link=_("On the platform"),
            event_id=pk,
        )

    def _own(
        self,
        kind: str,
        label: str,
        what: str,
        *,
        at: datetime | None = None,
        url: str = "",
        link: str = "",
    ) -> Step:
        """Return a step that the version's own record tells."""
        return Step(
            kind=kind,
            label=label,
            what=what,
            at=at if what else None,
            url=url,
            link=link,
            event_id=self._row.pk if what else None,
        )

    def _named(self, kind: Kind, name: str) -> Event | None:
        named = Event.objects.named(
            workspace_id=self._workspace_id, kind=kind, names=[name]
        )
        return named.order_by("at", "pk").first()

    def _events(self, kind: Kind) -> QuerySet[Event]:
        rows = Event.objects.filter(source__workspace_id=self._workspace_id, kind=kind)
        return rows.order_by("at", "pk")

    def _first_deployment(self) -> tuple[int, Deployment] | None:
        """Return the first time that the version went out, and its event's id."""
        version = self._version
        names = {f"{version.model}{mark}{version.version}" for mark in "/:@"}
        names |= {version.id, version.version}
        rows = self._events(Kind.DEPLOYMENT).filter(
            Q(refers_to__in=names),
            service_id=self._row.service_id,
            lane=Lane.MODEL,
            data__status="success",
        )
        row = rows.first()
        release = events.parse(row.data, Kind.DEPLOYMENT) if row else None
        return (row.pk, release) if row and isinstance(release, Deployment) else None


def _address(value: Json) -> str:
    text = value if isinstance(value, str) else ""
    return text if text.startswith(_ADDRESSES) else ""


def _parameters(value: Json) -> str:
    if not value:
        return ""
    count = len(value) if isinstance(value, list | dict) else value
    if isinstance(count, int):
        return _("recorded: %(count)s") % {"count": count}
    return _("recorded")


def _figures(value: Json) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(number)}" for name, number in value.items())
    return value if isinstance(value, str) else ""


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
