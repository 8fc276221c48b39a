"""An edition of a framework, parsed from plain data.

`parse` refuses a document with everything that is wrong with it; `canonical` and
`digest` say which document it is; `dump` writes it back.
"""

from scoring.rubric.context import (
    EvidenceStandard,
    Fact,
    Gate,
    GateCriterion,
    Prerequisite,
    RationaleRule,
    Relation,
)
from scoring.rubric.criteria import Comparison, Condition, Criterion, Rung
from scoring.rubric.dumping import canonical, digest, dump
from scoring.rubric.edition import (
    Activity,
    ConfidenceLabel,
    Domain,
    Edition,
    Note,
    Pillar,
    Publication,
    Role,
    Scale,
    Scoring,
    Stage,
    Step,
    Topic,
    VantagePoint,
)
from scoring.rubric.ladders import Gauge
from scoring.rubric.parsing import parse
from scoring.rubric.reader import Defect, Defects
from scoring.rubric.translating import texts

__all__ = [
    "Activity",
    "Comparison",
    "Condition",
    "ConfidenceLabel",
    "Criterion",
    "Defect",
    "Defects",
    "Domain",
    "Edition",
    "EvidenceStandard",
    "Fact",
    "Gate",
    "GateCriterion",
    "Gauge",
    "Note",
    "Pillar",
    "Prerequisite",
    "Publication",
    "RationaleRule",
    "Relation",
    "Role",
    "Rung",
    "Scale",
    "Scoring",
    "Stage",
    "Step",
    "Topic",
    "VantagePoint",
    "canonical",
    "digest",
    "dump",
    "parse",
    "texts",
]
