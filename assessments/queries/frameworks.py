"""Editions as the engine understands them, parsed once per process."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Cycle, Edition
from scoring import rubric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


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


def in_words(text: str, *, sha256: str) -> str:
    """Write what an edition's parts are called in a stored text as the reader does.

    What moved is stored in the edition's own language, with the names of its parts.
    """
    pattern, names = _names(sha256, get_language() or "")
    return pattern.sub(lambda found: names[found.group()], text) if names else text


@lru_cache(maxsize=32)
def _names(sha256: str, language: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return how parts are called here that are called otherwise in the original."""
    original = framework(sha256=sha256)
    here = framework(sha256=sha256, language=language)
    names = _changed(_of_parts(original), _of_parts(here))
    # The whole has no name in an edition: `services.movements` gives it one.
    groups = _changed(
        (*(pillar.name for pillar in original.pillars), "Overall"),
        (*(pillar.name for pillar in here.pillars), _("Overall")),
    )
    # Of two names that begin alike the longer one is meant.
    patterns = [re.escape(name) for name in sorted(names, key=len, reverse=True)]
    # They have no code: their names count where a sentence is about them.
    patterns += [rf"^{re.escape(name)}(?=: |$)" for name in groups]
    return re.compile("|".join(patterns)), names | groups


def _changed(original: Iterable[str], here: Iterable[str]) -> dict[str, str]:
    pairs = zip(original, here, strict=True)
    return {one: other for one, other in pairs if one != other}


def _of_parts(edition: rubric.Edition) -> Iterator[str]:
    for domain in edition.domains:
        yield f"{domain.code} {domain.name}"
    for topic in edition.topics:
        yield f"{topic.code} {topic.name}"
