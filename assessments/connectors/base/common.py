"""Rules of every kind of source: which services it delivers, and what it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base.assigning import (
    COLUMNS,
    LONGEST_KEY,
    MOST_LINES,
    TABLE,
    TELLS_OF,
)
from assessments.connectors.base.rules import FieldKind, RuleField
from scoring.events import Json

if TYPE_CHECKING:
    from assessments.connectors.base.protocol import Connector


class TableField(RuleField):
    """A rule that is a table: lines of a service and its patterns."""

    def clean(self, raw: object) -> Json:
        """Return the lines as they are stored; raise ValueError with a sentence."""
        rows = raw if isinstance(raw, list | tuple) else [raw]
        lines = [line for each in rows if (line := self._line(each)) is not None]
        if len(lines) > MOST_LINES:
            raise ValueError(f"{self.label}: at most {MOST_LINES} services.")
        keys = [line["service"] for line in lines]
        if len(set(map(str, keys))) < len(keys):
            raise ValueError(f"{self.label}: name each service once.")
        return list[Json](lines)

    def _line(self, raw: object) -> dict[str, Json] | None:
        """Return a clean line, None for an empty one."""
        if not isinstance(raw, dict) or not set(raw) <= {"service", *COLUMNS}:
            known = ", ".join(("service", *COLUMNS))
            raise ValueError(f"{self.label}: a line has {known}, and nothing else.")
        service = str(raw.get("service") or "").strip()
        line: dict[str, Json] = {"service": service}
        for name in COLUMNS:
            if patterns := self._entries(raw.get(name) or []):
                line[name] = list[Json](patterns)
        if not service and len(line) == 1:
            return None
        if not service:
            raise ValueError(f"{self.label}: each line needs the key of its service.")
        if len(service) > LONGEST_KEY:
            raise ValueError(
                f"{self.label}: a key has at most {LONGEST_KEY} characters."
            )
        if len(line) == 1:
            raise ValueError(
                f"{self.label}: say what belongs to “{service}”: paths, environments,"
                " jobs or tags."
            )
        return line


class SeveralField(RuleField):
    """A rule that is some of its choices; none of them means all."""

    def clean(self, raw: object) -> Json:
        """Return what was chosen, in the order of the choices."""
        entries = self._entries(raw)
        known = [value for value, _ in self.choices]
        if not set(entries) <= set(known):
            raise ValueError(f"{self.label}: choose from {', '.join(known)}.")
        chosen = [value for value in known if value in entries]
        return list[Json](chosen if len(chosen) < len(known) else [])


_BY_PATHS = TableField(
    name=TABLE,
    label="Services of this repository",
    help="Only for a repository that delivers several services. A filter that is left"
    " empty filters nothing; part patterns by commas. Deployments and runs belong to a"
    " service by environment, job and tag, changes by the files that they touch, and"
    " a change that touches two services counts in both. What no line claims stays"
    " with the source’s own service.",
    kind=FieldKind.TABLE,
    default=(),
    optional=True,
)
_WITHOUT_PATHS = TableField(
    name=TABLE,
    label="Services of this source",
    help="Only where it delivers several services. A filter that is left empty filters"
    " nothing; part patterns by commas. Deployments and runs belong to a service by"
    " environment, job and tag. Which files a change touches is not asked of this"
    " platform, so paths are left out. What no line claims stays with the source’s own"
    " service.",
    kind=FieldKind.TABLE,
    default=(),
    optional=True,
)
_TELLS_OF = SeveralField(
    name=TELLS_OF,
    label="What this source tells of",
    help="Where two sources tell of the same deployments, let one of them tell of"
    " deployments and the other of changes. Nothing ticked: everything.",
    kind=FieldKind.SEVERAL,
    default=(),
    choices=(
        ("deployments", "Deployments"),
        ("changes", "Changes and commits"),
        ("incidents", "Incidents"),
        ("runs", "Pipeline runs"),
        ("models", "Model versions and signals"),
    ),
    optional=True,
)
COMMON = (_BY_PATHS, _WITHOUT_PATHS, _TELLS_OF)


def common_fields(connector: Connector) -> tuple[RuleField, ...]:
    """Return the rules that a connector of this family has besides its own."""
    if connector.family not in {"code", "pipelines"}:
        return (_TELLS_OF,)
    table = _BY_PATHS if tells_paths(connector) else _WITHOUT_PATHS
    return (table, _TELLS_OF)


def reads_stretches(connector: Connector) -> bool:
    """Return whether it can be asked what came between two revisions."""
    return getattr(connector, "reads_stretches", False) is True


def tells_paths(connector: Connector) -> bool:
    """Return whether it can tell which files a change touches."""
    return getattr(connector, "tells_paths", False) is True
