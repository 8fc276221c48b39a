"""Suggesting: rules that fit the names that a platform uses. Pure, and the same again.

Nothing is guessed that the names do not say; each suggestion comes with its reason.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.connectors.base import matches, words
from assessments.connectors.base.assigning import TABLE
from scoring.events import Json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from assessments.connectors.base import RuleField

    # Rule → name → how often it was seen.
    Sightings = Mapping[str, Counter[str]]
    Look = Callable[[RuleField, list[str], Counter[str]], "Suggestion | None"]

_COUNTS = "counts"
_MOST_NAMED = 3
_MOST_SUGGESTED = 20
# Up to its first number a tag says what it is of.
_NUMBERED = re.compile(r"^(?P<before>.*?)(?P<v>v?)\d+(?:[._-]\d+)+", re.IGNORECASE)
_OF_SERVICE = re.compile(r"^(?P<service>[\w.-]*[A-Za-z][\w.-]*?)(?P<mark>[/@-])$")
_LEAST_SERVICES = 2
_NO_SERVICES = frozenset({"release", "rel", "version", "v"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An answer to a rule, and what speaks for it."""

    rule: str
    label: str
    value: Json
    reason: str

    @property
    def shown(self) -> str:
        """The answer as a form takes it."""
        if isinstance(self.value, list):
            return "\n".join(
                str(each["service"]) if isinstance(each, dict) else str(each)
                for each in self.value
            )
        return str(self.value)

    @property
    def packed(self) -> str:
        """The rule and its answer, as a button carries them."""
        return json.dumps({"rule": self.rule, "value": self.value})


def sightings(names: Iterable[Mapping[str, str]]) -> dict[str, Counter[str]]:
    """Count names by the rule that holds patterns of them."""
    found: dict[str, Counter[str]] = {}
    for each in names:
        for rule, name in each.items():
            found.setdefault(rule, Counter())[name] += 1
    return found


def suggest(
    fields: Iterable[RuleField], rules: Mapping[str, Json], seen: Sightings
) -> list[Suggestion]:
    """Return what other answers the names speak for, by rule."""
    known = {field.name: field for field in fields}
    found = [
        suggestion
        for rule, counted in sorted(seen.items())
        if rule in known
        and (look := _LOOKS.get(rule)) is not None
        and (suggestion := look(known[rule], _texts(rules.get(rule)), counted))
    ]
    if (by_runs := _what_counts(known, seen, rules)) is not None:
        found.insert(0, by_runs)
    if TABLE in known and not rules.get(TABLE):
        found += _services(known[TABLE], seen.get("tags", Counter()))
    return found


# ── environments, jobs, labels: by their words ─────────────────────────────────────


def _environments(
    field: RuleField, patterns: list[str], seen: Counter[str]
) -> Suggestion | None:
    likely = [
        name
        for name in _often(seen)
        if _says(name, words.PRODUCTION, words.NOT_PRODUCTION)
    ]
    if not likely and len(seen) == 1:
        (only,) = seen
        if not _words(only) & words.NOT_PRODUCTION:
            return _suggestion(
                field,
                patterns,
                [only],
                seen,
                _("%(names)s is the only environment: %(times)s."),
            )
    said = _("%(names)s: production by name, %(times)s.")
    return _suggestion(field, patterns, likely, seen, said, words.NOT_PRODUCTION)


def _jobs(
    field: RuleField, patterns: list[str], seen: Counter[str]
) -> Suggestion | None:
    likely = [
        name
        for name in _often(seen)
        if _says(name, words.DEPLOYING, words.NOT_DEPLOYING)
    ]
    said = _("%(names)s: deploys by name, %(times)s.")
    return _suggestion(field, patterns, likely, seen, said, words.NOT_DEPLOYING)


def _labels(
    field: RuleField, patterns: list[str], seen: Counter[str]
) -> Suggestion | None:
    likely = [name for name in _often(seen) if _says(name, words.REPAIR, frozenset())]
    said = _("%(names)s: a repair by name, %(times)s.")
    return _suggestion(field, patterns, likely, seen, said)


def _says(name: str, wanted: frozenset[str], unwanted: frozenset[str]) -> bool:
    said = _words(name)
    return bool(said & wanted) and not said & unwanted


def _words(name: str) -> set[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return set(re.split(r"[^a-z0-9]+", parted.lower()))


# ── tags: by what comes before their number ────────────────────────────────────────


def _tags(
    field: RuleField, patterns: list[str], seen: Counter[str]
) -> Suggestion | None:
    kinds = _kinds_of(seen)
    missing = [
        pattern
        for pattern, names in kinds.items()
        if not any(matches(name, patterns) for name in names)
    ]
    if not missing:
        return None
    kept = [each for each in patterns if any(matches(name, [each]) for name in seen)]
    times = sum(len(kinds[pattern]) for pattern in missing)
    return Suggestion(
        rule=field.name,
        label=field.label,
        value=list[Json]([*kept, *missing][:_MOST_SUGGESTED]),
        reason=ngettext(
            "%(names)s: a number of a version, %(times)s tag.",
            "%(names)s: numbers of versions, %(times)s tags.",
            times,
        )
        % {"names": _named([kinds[each][0] for each in missing]), "times": times},
    )


def _kinds_of(seen: Iterable[str]) -> dict[str, list[str]]:
    """Return tags that are numbers of versions, by the pattern that names them all."""
    kinds: dict[str, list[str]] = {}
    for name in sorted(seen):
        found = _NUMBERED.match(name)
        if found and not _words(re.sub(r"\d+", " ", name)) & words.PRELIMINARY:
            pattern = f"{found['before']}{found['v']}[0-9]*"
            kinds.setdefault(pattern, []).append(name)
    often = sorted(kinds.items(), key=lambda kind: (-len(kind[1]), kind[0]))
    return dict(often)


def _services(field: RuleField, seen: Counter[str]) -> list[Suggestion]:
    """Return a table of the services that tags name: two of them at least."""
    lines: dict[str, list[str]] = {}
    for pattern, names in _kinds_of(seen).items():
        before = _NUMBERED.match(names[0])
        found = _OF_SERVICE.match(before["before"]) if before else None
        if found is None or before is None:
            continue
        # Of `web-1.2` it is not sure: a project may just name itself in its tags.
        is_marked = found["mark"] != "-" or before["v"]
        if is_marked and found["service"].lower() not in _NO_SERVICES:
            lines.setdefault(found["service"], []).append(pattern)
    if len(lines) < _LEAST_SERVICES:
        return []
    table: list[Json] = [
        {"service": service, "tags": list[Json](patterns)}
        for service, patterns in sorted(lines.items())[:_MOST_SUGGESTED]
    ]
    return [
        Suggestion(
            rule=field.name,
            label=field.label,
            value=table,
            reason=_(
                "Tags name %(names)s: a service each. Add the paths of each, so that"
                " changes are told apart as well."
            )
            % {"names": _named(sorted(lines))},
        )
    ]


# ── what is a deployment at all ────────────────────────────────────────────────────


def _what_counts(
    known: Mapping[str, RuleField], seen: Sightings, rules: Mapping[str, Json]
) -> Suggestion | None:
    """Suggest runs or jobs where a platform records no deployment, but some deploy."""
    field = known.get(_COUNTS)
    if field is None or seen.get("environments") or rules.get(_COUNTS) != field.default:
        return None
    deploying = [
        (rule, name)
        for rule in sorted(words.OF_JOBS & seen.keys())
        for name in _often(seen[rule])
        if _says(name, words.DEPLOYING, words.NOT_DEPLOYING)
    ]
    others = [value for value, _label in field.choices if value != field.default]
    if not deploying or not others:
        return None
    times = sum(seen[rule][name] for rule, name in deploying)
    return Suggestion(
        rule=field.name,
        label=field.label,
        value=others[0],
        reason=_("No deployment is recorded there, but %(names)s ran: %(times)s.")
        % {
            "names": _named([name for _rule, name in deploying]),
            "times": _times(times),
        },
    )


# ── small things ───────────────────────────────────────────────────────────────────


def _suggestion(
    field: RuleField,
    patterns: list[str],
    likely: list[str],
    seen: Counter[str],
    said: str,
    unwanted: frozenset[str] = frozenset(),
) -> Suggestion | None:
    missing = [name for name in likely if matches(name, patterns) is None]
    if not missing:
        return None
    fit = [name for name in seen if not _words(name) & unwanted]
    kept = [each for each in patterns if any(matches(name, [each]) for name in fit)]
    times = sum(seen[name] for name in missing)
    return Suggestion(
        rule=field.name,
        label=field.label,
        value=list[Json]([*kept, *map(_literal, missing)][:_MOST_SUGGESTED]),
        reason=said % {"names": _named(missing), "times": _times(times)},
    )


def _literal(name: str) -> str:
    """Return the pattern that a name alone matches; commas would part it."""
    return re.sub(r"[\[,\n]", "?", name)


def _often(seen: Counter[str]) -> list[str]:
    return sorted(seen, key=lambda name: (-seen[name], name))


def _times(times: int) -> str:
    return ngettext("seen once", "seen %(times)s times", times) % {"times": times}


def _named(names: list[str]) -> str:
    quoted = [_("“%(name)s”") % {"name": name} for name in names[:_MOST_NAMED]]
    if len(names) > _MOST_NAMED:
        quoted.append(_("%(count)s more") % {"count": len(names) - _MOST_NAMED})
    return ", ".join(quoted)


def _texts(value: Json) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


_LOOKS: Mapping[str, Look] = {
    **dict.fromkeys(words.OF_ENVIRONMENTS, _environments),
    **dict.fromkeys(words.OF_JOBS, _jobs),
    **dict.fromkeys(words.OF_TAGS, _tags),
    **dict.fromkeys(words.OF_LABELS, _labels),
}
