"""Editions as the engine understands them, parsed once per process."""

from __future__ import annotations

from functools import lru_cache

from assessments.models import Cycle, Edition
from scoring import rubric


@lru_cache(maxsize=32)
def _parsed(sha256: str) -> rubric.Edition:
    # The hash says what the document is: whichever row has it gives the same edition.
    row = Edition.objects.filter(sha256=sha256).order_by("pk").first()
    if row is None:
        raise Edition.DoesNotExist(sha256)
    return rubric.parse(row.document)


def framework(*, sha256: str) -> rubric.Edition:
    """Return the edition with this hash."""
    return _parsed(sha256)


def framework_of(*, cycle_id: int) -> rubric.Edition:
    """Return the edition that a cycle is assessed against."""
    return _parsed(Cycle.objects.values_list("edition__sha256").get(pk=cycle_id)[0])
