"""What reports hold: sections, each written once, and a template for each reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from assessments.queries import report_kinds
from assessments.reports.material import PLAN, TRAIL, TRENDS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter: its heading, its markup, and what it wants beside the results."""

    key: str
    title: StrPromise
    wants: frozenset[str] = frozenset()

    @property
    def markup(self) -> str:
        """Where its markup is."""
        return f"reports/paper/{self.key}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A report for one sort of reader: a cover or none, and sections in their order."""

    key: str
    covered: bool
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """What it is called."""
        return str(report_kinds.AUDIENCES[self.key][0])

    @property
    def wants(self) -> frozenset[str]:
        """What it wants beside the results."""
        return frozenset[str]().union(*(section.wants for section in self.sections))


ANSWER = Section("answer", _("The answer"))
PROFILE = Section("profile", _("Profile of the domains"))
DOMAINS = Section("domains", _("Every domain"))
RADAR = Section("radar", _("Levels and targets as a radar"))
APART = Section("apart", _("Where people and telemetry differ"))
MOVED = Section("moved", _("What moved, and why"))
MEASURED = Section("measured", _("Measured beside declared"))
DELIVERY = Section("delivery", _("Delivery"), frozenset({TRENDS}))
WEEKS = Section("weeks", _("Delivery, week by week"), frozenset({TRENDS}))
GAPS = Section("gaps", _("Gaps to target"))
STEPS = Section("steps", _("What the next levels ask for"))
PLANNED = Section("planned", _("The plan"), frozenset({PLAN}))
SCORES = Section("scores", _("Every score"))
COVERAGE = Section("coverage", _("How much is known"))
RULES = Section("rules", _("How measurements become levels"))
ANSWERS = Section("answers", _("Every answer that counted"), frozenset({TRAIL}))
DECISIONS = Section("decisions", _("Decisions and signatures"), frozenset({TRAIL}))
EVIDENCE = Section("evidence", _("Evidence"), frozenset({TRAIL}))
EDITION = Section("edition", _("What was asked: the edition's texts"))
CHECKING = Section("checking", _("How to check this report"), frozenset({TRAIL}))
METHOD = Section("method", _("Method and sources"))

TEMPLATES = {
    template.key: template
    for template in (
        Template(
            key=report_kinds.BOARD,
            covered=False,
            sections=(ANSWER, PROFILE, APART, DOMAINS, DELIVERY, METHOD),
        ),
        Template(
            key=report_kinds.PROGRAMME,
            covered=True,
            sections=(
                ANSWER, PROFILE, APART, DOMAINS, RADAR, MOVED, MEASURED, DELIVERY,
                WEEKS, GAPS, STEPS, PLANNED, SCORES, COVERAGE, METHOD,
            ),
        ),
        Template(
            key=report_kinds.AUDITOR,
            covered=True,
            sections=(
                ANSWER, DOMAINS, MOVED, MEASURED, RULES, DELIVERY, SCORES, COVERAGE,
                DECISIONS, EVIDENCE, ANSWERS, EDITION, CHECKING, METHOD,
            ),
        ),
    )
}  # fmt: skip
