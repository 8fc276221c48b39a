"""The tables, one noun a file. Only services write them and only queries read them."""

from assessments.models.api_token import ApiToken
from assessments.models.batch import Batch
from assessments.models.carriage import Carriage
from assessments.models.cycle import Cycle, CycleState, Rhythm
from assessments.models.day_rollup import DayRollup
from assessments.models.decision import Decision, Verb
from assessments.models.edition import Edition, EditionState
from assessments.models.event import Event
from assessments.models.heartbeat import Heartbeat
from assessments.models.journal_entry import JournalEntry
from assessments.models.measurement import Measurement, MeasurementStatus
from assessments.models.member import Member
from assessments.models.proposal import Proposal
from assessments.models.rating import Answer, Confidence, Rating, Vantage
from assessments.models.raw_record import RawRecord
from assessments.models.rejection import Rejection
from assessments.models.report import Report, ReportKind, ReportState
from assessments.models.scope import Scope, ScopeKind
from assessments.models.score import Score, ScoreKind
from assessments.models.scoring import Scoring, ScoringTrigger
from assessments.models.service import Service
from assessments.models.source import Source, SourceState
from assessments.models.synchronization import Synchronization, SyncState
from assessments.models.verdict import Verdict
from assessments.models.workspace import Workspace
from assessments.models.workspace_day import WorkspaceDay

__all__ = [
    "Answer",
    "ApiToken",
    "Batch",
    "Carriage",
    "Confidence",
    "Cycle",
    "CycleState",
    "DayRollup",
    "Decision",
    "Edition",
    "EditionState",
    "Event",
    "Heartbeat",
    "JournalEntry",
    "Measurement",
    "MeasurementStatus",
    "Member",
    "Proposal",
    "Rating",
    "RawRecord",
    "Rejection",
    "Report",
    "ReportKind",
    "ReportState",
    "Rhythm",
    "Scope",
    "ScopeKind",
    "Score",
    "ScoreKind",
    "Scoring",
    "ScoringTrigger",
    "Service",
    "Source",
    "SourceState",
    "SyncState",
    "Synchronization",
    "Vantage",
    "Verb",
    "Verdict",
    "Workspace",
    "WorkspaceDay",
]
