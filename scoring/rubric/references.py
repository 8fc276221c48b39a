"""What one part of an edition says of another: codes, sources, vantage points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.rubric import translating
from scoring.rubric.reader import Defect

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scoring.rubric.criteria import Criterion
    from scoring.rubric.edition import Activity, Edition, Note, Stage

    # Place, the code that is named there, the codes there are, and of what.
    _Named = tuple[str, str, Collection[str], str]


def check(edition: Edition, defects: list[Defect]) -> None:
    """Note every code that is taken twice and every name that means nothing."""
    _check_codes(edition, defects)
    _check_references(edition, defects)
    _check_gates(edition, defects)
    _check_translations(edition, defects)


def _places(edition: Edition) -> list[tuple[str, str, Sequence[str]]]:
    """List (place, code, sources) of every part that has a code."""
    found: list[tuple[str, str, Sequence[str]]] = []
    for p, pillar in enumerate(edition.pillars):
        found.append((f"pillars[{p}]", pillar.code, ()))
        for d, domain in enumerate(pillar.domains):
            at = f"pillars[{p}].domains[{d}]"
            found.append((at, domain.code, domain.source))
            found += [
                (f"{at}.topics[{t}]", topic.code, topic.source)
                for t, topic in enumerate(domain.topics)
            ]
    lists: dict[str, Sequence[Stage | Note | Activity]] = {
        "stages": edition.stages,
        "notes": edition.notes,
        "guidance": edition.guidance,
        "activities": edition.activities,
    }
    for name, parts in lists.items():
        found += [(f"{name}[{i}]", one.code, one.source) for i, one in enumerate(parts)]
    for g, gate in enumerate(edition.gates):
        found.append((f"gates[{g}]", gate.code, gate.source))
        found += [
            (f"gates[{g}].criteria[{c}]", one.code, one.source)
            for c, one in enumerate(gate.criteria)
        ]
    return found


def _check_codes(edition: Edition, defects: list[Defect]) -> None:
    seen: dict[str, str] = {}
    coded = [(at, "code", code) for at, code, _ in _places(edition)]
    _check_criteria(edition, defects)
    coded += [
        (f"publications[{i}]", "tag", one.tag)
        for i, one in enumerate(edition.publications)
    ]
    coded += [
        (f"vantage_points[{i}]", "key", one.key)
        for i, one in enumerate(edition.vantage_points)
    ]
    for at, field, code in coded:
        if not code:
            continue
        # Tags and vantage points are their own families of names.
        first = seen.setdefault(code if field == "code" else f"{field} {code}", at)
        if first != at:
            defects.append(
                Defect(f"{at}.{field}", f"`{code}` is already taken by {first}")
            )


def _check_criteria(edition: Edition, defects: list[Defect]) -> None:
    """A criterion may bear the code of its own topic, but of nothing else."""
    taken = {code: at for at, code, _ in _places(edition)}
    seen: dict[str, str] = {}
    for at, one in _criteria(edition):
        first = seen.setdefault(one.code, at)
        if one.code and one.code != one.topic:
            first = taken.get(one.code, first)
        if one.code and first != at:
            defects.append(
                Defect(f"{at}.code", f"`{one.code}` is already taken by {first}")
            )


def _criteria(edition: Edition) -> list[tuple[str, Criterion]]:
    return [
        (f"pillars[{p}].domains[{d}].criteria[{c}]", one)
        for p, pillar in enumerate(edition.pillars)
        for d, domain in enumerate(pillar.domains)
        for c, one in enumerate(domain.criteria)
    ]


def _check_references(edition: Edition, defects: list[Defect]) -> None:
    tags = {one.tag for one in edition.publications}
    vantages = {one.key for one in edition.vantage_points}
    codes = {code for _, code, _ in _places(edition)}
    codes |= {one.code for _, one in _criteria(edition)}
    named: list[_Named] = [
        (f"{at}.source", tag, tags, "a publication")
        for at, _, sources in _places(edition)
        for tag in sources
    ]
    named += [
        (f"{at}.source", tag, tags, "a publication")
        for at, one in _criteria(edition)
        for tag in one.source
    ]
    named += [
        ("scoring.source", one, tags, "a publication") for one in edition.scoring.source
    ]
    for p, pillar in enumerate(edition.pillars):
        for d, domain in enumerate(pillar.domains):
            at = f"pillars[{p}].domains[{d}]"
            named += [
                (f"{at}.roles[{i}]", one.vantage_point, vantages, "a vantage point")
                for i, one in enumerate(domain.roles)
            ]
            named += [
                (f"{at}.topics[{i}].vantage_points", key, vantages, "a vantage point")
                for i, topic in enumerate(domain.topics)
                for key in topic.vantage_points
            ]
    named += _around(edition, tags)
    named += [
        (f"activities[{i}].supports", code, codes, "a code")
        for i, one in enumerate(edition.activities)
        for code in one.supports
    ]
    for name, notes in (("notes", edition.notes), ("guidance", edition.guidance)):
        named += [
            (f"{name}[{i}].about", code, codes, "a code")
            for i, one in enumerate(notes)
            for code in one.about
        ]
    defects += [
        Defect(at, f"`{code}` is not {what} of this edition")
        for at, code, known, what in named
        if code and code not in known
    ]


def _around(edition: Edition, tags: set[str]) -> list[_Named]:
    """List what gates, prerequisites and relations name."""
    domains = {one.code for one in edition.domains}
    rated = domains | {one.code for one in edition.topics}
    stages = {one.code for one in edition.stages}
    named: list[_Named] = [
        (f"gates[{i}].opens", one.opens, stages, "a stage")
        for i, one in enumerate(edition.gates)
    ]
    for i, one in enumerate(edition.crosswalk):
        at = f"crosswalk[{i}]"
        named.append((f"{at}.of", one.of, rated, "a domain or topic"))
        named += [(f"{at}.source", tag, tags, "a publication") for tag in one.source]
    for p, pillar in enumerate(edition.pillars):
        for d, domain in enumerate(pillar.domains):
            for i, rest in enumerate(domain.prerequisites):
                at = f"pillars[{p}].domains[{d}].prerequisites[{i}]"
                others = domains - {domain.code}
                named.append((f"{at}.domain", rest.domain, others, "another domain"))
                named += [
                    (f"{at}.source", tag, tags, "a publication") for tag in rest.source
                ]
    return named


def _check_gates(edition: Edition, defects: list[Defect]) -> None:
    seen: set[str] = set()
    for index, gate in enumerate(edition.gates):
        if gate.opens in seen:
            defects.append(
                Defect(f"gates[{index}].opens", f"`{gate.opens}` has a gate already")
            )
        seen.add(gate.opens)


def _check_translations(edition: Edition, defects: list[Defect]) -> None:
    """A text can only be translated if there is one."""
    if not edition.translations:
        return
    known = translating.texts(edition)
    for language, words in edition.translations.items():
        defects += [
            Defect(
                f"translations.{language}.{address}",
                "is not the place of a text of this edition",
            )
            for address in words
            if address not in known
        ]
