"""The tables, one noun a file. Only services write them and only queries read them."""

from assessments.models.alert import Alert, AlertKind
from assessments.models.alert_channel import AlertChannel, AlertMessage, ChannelKind
from assessments.models.answer_sheet import AnswerSheet
from assessments.models.api_token import ApiToken
from assessments.models.assignment import Assignment
from assessments.models.backfill import Backfill, Purpose, WalkState
from assessments.models.batch import Batch
from assessments.models.brand import Brand
from assessments.models.budget import Budget
from assessments.models.campaign import Campaign
from assessments.models.capability import Capability, CapabilityAccess, Provision
from assessments.models.carriage import Carriage
from assessments.models.comment import Comment
from assessments.models.cycle import Cycle, CycleState, Rhythm
from assessments.models.cycle_template import CycleTemplate
from assessments.models.day_flow import DayFlow
from assessments.models.day_rollup import DayRollup
from assessments.models.decision import Decision, Verb
from assessments.models.delivery import Delivery, DeliveryState
from assessments.models.dispute import Dispute
from assessments.models.edition import Edition, EditionState
from assessments.models.event import Event
from assessments.models.evidence import Evidence, EvidenceKind
from assessments.models.expectation import Expectation
from assessments.models.gate_review import (
    GateCondition,
    GateDecision,
    GateReview,
    GateSignature,
)
from assessments.models.grant import Grant
from assessments.models.heartbeat import Heartbeat
from assessments.models.hook import Hook
from assessments.models.initiative import Initiative, InitiativeStatus
from assessments.models.invitation import Invitation
from assessments.models.journal_entry import JournalEntry
from assessments.models.journal_head import JournalHead
from assessments.models.measurement import Measurement, MeasurementStatus
from assessments.models.member import Member
from assessments.models.model_note import ModelNote
from assessments.models.notice import Notice, NoticeKind
from assessments.models.origin import Origin
from assessments.models.people_key import PeopleKey
from assessments.models.preference import Preference, Theme
from assessments.models.proposal import Proposal
from assessments.models.rating import Answer, Confidence, Rating, Vantage
from assessments.models.raw_record import RawRecord
from assessments.models.rejection import Rejection
from assessments.models.report import Report, ReportState
from assessments.models.rule_version import RuleVersion
from assessments.models.saved_view import SavedView
from assessments.models.schedule import Recipient, Schedule, ScheduleTask
from assessments.models.schedule_run import (
    ReportMail,
    RunState,
    ScheduleRun,
)
from assessments.models.scope import Scope, ScopeKind
from assessments.models.score import Score, ScoreKind
from assessments.models.scoring import Scoring, ScoringTrigger
from assessments.models.service import Service
from assessments.models.settlement import Settlement
from assessments.models.share_link import ShareLink
from assessments.models.sighting import Sighting
from assessments.models.signature import Signature
from assessments.models.slo import (
    Slo,
    SloBurn,
    SloCategory,
    SloDay,
    SloEnd,
    SloReview,
    SloVersion,
)
from assessments.models.source import Source, SourceState
from assessments.models.stored_file import StoredFile
from assessments.models.support import Support
from assessments.models.synchronization import Synchronization, SyncState
from assessments.models.vanished import Vanished
from assessments.models.verdict import Verdict
from assessments.models.workshop import Workshop
from assessments.models.workspace import Workspace
from assessments.models.workspace_day import WorkspaceDay
from assessments.models.workspace_export import WorkspaceExport

__all__ = [
    "Alert",
    "AlertChannel",
    "AlertKind",
    "AlertMessage",
    "Answer",
    "AnswerSheet",
    "ApiToken",
    "Assignment",
    "Backfill",
    "Batch",
    "Brand",
    "Budget",
    "Campaign",
    "Capability",
    "CapabilityAccess",
    "Carriage",
    "ChannelKind",
    "Comment",
    "Confidence",
    "Cycle",
    "CycleState",
    "CycleTemplate",
    "DayFlow",
    "DayRollup",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Dispute",
    "Edition",
    "EditionState",
    "Event",
    "Evidence",
    "EvidenceKind",
    "Expectation",
    "GateCondition",
    "GateDecision",
    "GateReview",
    "GateSignature",
    "Grant",
    "Heartbeat",
    "Hook",
    "Initiative",
    "InitiativeStatus",
    "Invitation",
    "JournalEntry",
    "JournalHead",
    "Measurement",
    "MeasurementStatus",
    "Member",
    "ModelNote",
    "Notice",
    "NoticeKind",
    "Origin",
    "PeopleKey",
    "Preference",
    "Proposal",
    "Provision",
    "Purpose",
    "Rating",
    "RawRecord",
    "Recipient",
    "Rejection",
    "Report",
    "ReportMail",
    "ReportState",
    "Rhythm",
    "RuleVersion",
    "RunState",
    "SavedView",
    "Schedule",
    "ScheduleRun",
    "ScheduleTask",
    "Scope",
    "ScopeKind",
    "Score",
    "ScoreKind",
    "Scoring",
    "ScoringTrigger",
    "Service",
    "Settlement",
    "ShareLink",
    "Sighting",
    "Signature",
    "Slo",
    "SloBurn",
    "SloCategory",
    "SloDay",
    "SloEnd",
    "SloReview",
    "SloVersion",
    "Source",
    "SourceState",
    "StoredFile",
    "Support",
    "SyncState",
    "Synchronization",
    "Theme",
    "Vanished",
    "Vantage",
    "Verb",
    "Verdict",
    "WalkState",
    "Workshop",
    "Workspace",
    "WorkspaceDay",
    "WorkspaceExport",
]
