"""Evidence for show: the register, one piece, a topic's panel, a domain's standing."""

from assessments.queries.evidence.panel import (
    MeasureOption,
    Panel,
    Piece,
    measure_options,
    panel,
)
from assessments.queries.evidence.register import (
    PAGE,
    STATES,
    Filters,
    RegisterPage,
    choices,
    owner_choices,
    register,
)
from assessments.queries.evidence.rows import (
    KINDS,
    Detail,
    EvidenceRow,
    SupportRow,
    detail,
    stored_file,
)
from assessments.queries.evidence.seeing import (
    CycleOption,
    asked_here,
    open_cycles,
    topic_options,
)
from assessments.queries.evidence.standing import (
    DomainStanding,
    TopicStanding,
    domain_standing,
)

__all__ = [
    "KINDS",
    "PAGE",
    "STATES",
    "CycleOption",
    "Detail",
    "DomainStanding",
    "EvidenceRow",
    "Filters",
    "MeasureOption",
    "Panel",
    "Piece",
    "RegisterPage",
    "SupportRow",
    "TopicStanding",
    "asked_here",
    "choices",
    "detail",
    "domain_standing",
    "measure_options",
    "open_cycles",
    "owner_choices",
    "panel",
    "register",
    "stored_file",
    "topic_options",
]
