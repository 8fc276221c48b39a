"""Editions as the engine understands them, parsed once per process."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language

from assessments.models import Cycle, Edition
from scoring import rubric


@lru_cache(maxsize=32)
def _parsed(sha256: str) -> rubric.Edition:
    # The hash says what the document is: whichever row has it gives the same edition.
    row = Edition.objects.filter(sha256=sha256).order_by("pk").first()
    if row is None:
        raise Edition.DoesNotExist(sha256)
    return rubric.parse(row.document)


@lru_cache(maxsize=32)
def _spoken(sha256: str, language: str) -> rubric.Edition:
    return _parsed(sha256).in_language(language)


def framework(*, sha256: str, language: str = "") -> rubric.Edition:
    """Return the edition with this hash, in a language as far as it is translated."""
    return _spoken(sha256, language) if language else _parsed(sha256)


def spoken(*, sha256: str) -> rubric.Edition:
    """Return an edition for showing: in the reader's language. Never for computing."""
    return framework(sha256=sha256, language=get_language() or "")


def framework_of(*, cycle_id: int, language: str = "") -> rubric.Edition:
    """Return the edition of a cycle, in a language as far as it is translated."""
    sha256 = Cycle.objects.values_list("edition__sha256").get(pk=cycle_id)[0]
    return framework(sha256=sha256, language=language)
