"""What a workspace may decide about the applications of an Argo CD."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    ENVIRONMENTS,
    HISTORY_DAYS,
    FieldKind,
    RuleField,
    Verdict,
    answers,
    counts,
    left_out,
    matches,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Plain

RULE_FIELDS = (
    replace(
        ENVIRONMENTS,
        label="What is production",
        help="One pattern a line, of the application's name or of the namespace or"
        " cluster it goes to; * stands for anything. Any case.",
    ),
    RuleField(
        name="applications",
        label="Applications to read",
        help="One pattern a line, of their names.",
        kind=FieldKind.LIST,
        default=("*",),
    ),
    RuleField(
        name="projects",
        label="Projects to read",
        help="One name a line, as it is in Argo CD; a token of a project's role may"
        " read that project alone. Empty: whatever the token may read.",
        kind=FieldKind.LIST,
        default=(),
        optional=True,
    ),
    RuleField(
        name="repeated",
        label="Syncs of what was there already",
        help="Argo CD syncs again what somebody changed in the cluster, with the"
        " revision that was there before.",
        kind=FieldKind.CHOICE,
        default="skip",
        choices=(("skip", "Leave them out"), ("count", "Count them")),
    ),
    RuleField(
        name="services",
        label="What is a service",
        help="Choose each application where this source reads several services.",
        kind=FieldKind.CHOICE,
        default="source",
        choices=(
            ("source", "All applications are this one"),
            ("application", "Each application, by its name"),
        ),
    ),
    HISTORY_DAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    environments: tuple[str, ...]
    applications: tuple[str, ...]
    projects: tuple[str, ...]
    counts_repeated: bool
    each_application: bool
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            environments=found.texts("environments"),
            applications=found.texts("applications"),
            projects=found.texts("projects"),
            counts_repeated=found.text("repeated") == "count",
            each_application=found.text("services") == "application",
            history_days=found.number("history_days"),
        )

    def judge(
        self, *, application: str, goes_to: tuple[str, ...], repeated: bool
    ) -> Verdict:
        """Return whether a sync of an application counts as a deployment."""
        if matches(application, self.applications) is None:
            return left_out(f"application “{application}” is not read")
        pattern = None
        for name in (application, *goes_to):
            pattern = matches(name, self.environments)
            if pattern is not None:
                break
        else:
            return left_out(f"application “{application}” is not production")
        if repeated and not self.counts_repeated:
            return left_out("the revision was there already")
        return counts(f"“{name}” matches “{pattern}”")
