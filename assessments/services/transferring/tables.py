"""What belongs to a workspace, in the order in which it is read in, and what stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments import models
from assessments.queries.numbering import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, and how its rows of one workspace are found."""

    model: type[Model]
    # The way from a row to its workspace.
    way: str
    # Which of them go along.
    only: Q = field(default_factory=Q)
    # Fields that hold secrets, or say where this server keeps something.
    withheld: frozenset[str] = frozenset()
    # Numbers that are no foreign keys, and of what.
    loose: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What the rows are called: in the file, and in the journal."""
        return kind_of(self.model)


_ENDED = Q(state__in=["done", "failed"])
_MADE = Q(state__in=["ready", "failed"])

WORKSPACE = Table(model=models.Workspace, way="pk")
EDITIONS = Table(model=models.Edition, way="workspace")

# The organization, its telemetry, then cycles: each after what it rests on.
TABLES: tuple[Table, ...] = (
    Table(model=models.Scope, way="workspace"),
    Table(model=models.Member, way="workspace"),
    Table(model=models.Grant, way="member__workspace"),
    Table(model=models.Service, way="workspace"),
    Table(model=models.ModelNote, way="service__workspace"),
    Table(model=models.Capability, way="workspace"),
    Table(model=models.CapabilityAccess, way="capability__workspace"),
    Table(
        model=models.Source,
        way="workspace",
        withheld=frozenset({"credential", "credential_mark", "push_token_digest"}),
    ),
    Table(model=models.RuleVersion, way="source__workspace"),
    Table(model=models.Synchronization, way="source__workspace", only=_ENDED),
    Table(model=models.Backfill, way="source__workspace"),
    Table(model=models.Batch, way="source__workspace"),
    Table(model=models.RawRecord, way="source__workspace"),
    Table(model=models.Rejection, way="source__workspace"),
    Table(model=models.Event, way="source__workspace"),
    Table(model=models.Vanished, way="source__workspace"),
    Table(model=models.Verdict, way="deployment__source__workspace"),
    Table(model=models.Carriage, way="service__workspace"),
    Table(model=models.DayRollup, way="service__workspace"),
    Table(model=models.DayFlow, way="service__workspace"),
    Table(model=models.WorkspaceDay, way="workspace"),
    Table(model=models.Slo, way="workspace"),
    Table(model=models.SloVersion, way="slo__workspace"),
    Table(model=models.SloDay, way="version__slo__workspace"),
    Table(model=models.SloBurn, way="slo__workspace"),
    Table(model=models.SloReview, way="workspace"),
    Table(model=models.Campaign, way="workspace"),
    Table(model=models.CycleTemplate, way="workspace"),
    Table(model=models.Cycle, way="workspace"),
    Table(
        model=models.Invitation,
        way="cycle__workspace",
        withheld=frozenset({"token_sha256"}),
    ),
    Table(model=models.Assignment, way="cycle__workspace"),
    Table(model=models.AnswerSheet, way="cycle__workspace"),
    Table(model=models.Rating, way="cycle__workspace"),
    Table(model=models.Decision, way="cycle__workspace"),
    Table(model=models.Settlement, way="cycle__workspace"),
    Table(model=models.Comment, way="cycle__workspace"),
    Table(model=models.Dispute, way="cycle__workspace"),
    Table(model=models.Workshop, way="cycle__workspace"),
    Table(
        model=models.StoredFile,
        way="workspace",
        withheld=frozenset({"key"}),
    ),
    Table(model=models.Evidence, way="workspace"),
    Table(model=models.Support, way="cycle__workspace"),
    Table(
        model=models.Scoring,
        way="cycle__workspace",
        loose={
            "last_rating": "rating",
            "last_decision": "decision",
            "last_settlement": "settlement",
        },
    ),
    Table(model=models.Measurement, way="scoring__cycle__workspace"),
    Table(model=models.Proposal, way="scoring__cycle__workspace"),
    Table(model=models.Score, way="scoring__cycle__workspace"),
    Table(model=models.Signature, way="cycle__workspace"),
    Table(model=models.Brand, way="workspace"),
    Table(model=models.Report, way="cycle__workspace", only=_MADE),
    Table(model=models.Initiative, way="workspace"),
    Table(model=models.Expectation, way="initiative__workspace"),
    Table(model=models.GateReview, way="workspace"),
    Table(model=models.GateCondition, way="review__workspace"),
    Table(model=models.GateSignature, way="review__workspace"),
    # What was not sent yet is sent by the server that wrote it.
    Table(model=models.Notice, way="workspace", only=Q(sent_at__isnull=False)),
    Table(model=models.JournalEntry, way="workspace", loose={"actor": "person"}),
    Table(model=models.JournalHead, way="workspace"),
)

EVERY = (WORKSPACE, EDITIONS, *TABLES)

# What stays on the server, and why.
STAYS: Mapping[type[Model], str] = {
    models.ApiToken: "a secret of this server; make another one there",
    models.ShareLink: "a secret of this server; make another one there",
    models.AlertChannel: "a secret of this server; make another one there",
    models.AlertMessage: "was sent from this server",
    models.Alert: "is found again from what goes along",
    models.Schedule: "runs on this server; both would mail what it makes",
    models.Recipient: "belongs to a schedule",
    models.ScheduleRun: "belongs to a schedule; the reports that it made go along",
    models.ReportMail: "was sent from this server",
    models.Hook: "a secret of this server; make another one there",
    models.Delivery: "was pushed to an address of this server",
    models.Sighting: "is noted again when the last days are read again",
    models.PeopleKey: "a secret of this server; another key is made there",
    models.SavedView: "its filters name parts by the numbers of this server",
    models.Preference: "belongs to a person, not to a workspace",
    models.Budget: "says what platforms let this server ask",
    models.Heartbeat: "says how this server's workers do",
    models.Origin: "says how numbers here relate to those in the file",
    models.WorkspaceExport: "the file itself",
}
