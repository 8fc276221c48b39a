"""Drafts of editions: copied, changed part by part, discarded.

A draft is a whole edition at any moment: what would break it is refused where it was
typed. Two people may edit different parts at once; of the same part, the second one
is shown what the first one wrote.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, cast

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.models import Cycle, Edition, EditionState
from assessments.queries import edition_drafts, edition_parts
from assessments.queries.edition_parts import Kind
from assessments.queries.frameworks import framework
from assessments.services import editions, journal
from assessments.services.refusals import Refusal, Unfit
from scoring import metrics, rubric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from assessments.queries.edition_parts import Part, Plain
    from scoring.events import Json

# What ladders may ask for, to choose from.
METRICS = tuple((key, one.name) for key, one in metrics.METRICS.items())
# The tag of what a workspace words by itself.
OWN_WORDS = "own"
# Fields with which an entry of a list names another part, and lists of such names.
_NAMING = ("domain", "topic", "of")
_LISTING = ("about", "supports")


class NotDraft(Refusal):
    """Only a draft can be edited or discarded."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A published edition can no longer be changed or removed: copy it and"
                " publish a new version."
            )
        )


class NotPublished(Refusal):
    """Only what holds still can be copied."""

    def __init__(self) -> None:
        super().__init__(_("This is a draft: edit it, or publish it before you copy."))


class NoSuchPart(Refusal):
    """The draft does not have this part, perhaps no longer."""

    def __init__(self) -> None:
        super().__init__(_("The draft no longer has this part: somebody removed it."))


class Changed(Refusal):
    """Somebody else saved the same part in the meantime."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody saved this part after you opened it. What you typed stands"
                " below, beside what is saved now: save again to keep yours."
            )
        )


class Broken(Refusal):
    """The draft would be no edition any more; `defects` pairs fields with sentences.

    A field is told from the part that was edited, such as `levels`; it is empty for
    defects of other parts, whose sentences say where they are.
    """

    def __init__(self, defects: Iterable[tuple[str, str]]) -> None:
        self.defects = tuple(defects)
        super().__init__(" ".join(sentence for _field, sentence in self.defects))


@transaction.atomic
def copy(
    *,
    edition_id: int,
    workspace_id: int,
    key: str,
    version: str,
    title: str,
    by: AbstractBaseUser,
    now: datetime,
) -> int:
    """Copy a published edition into a draft of the workspace and return its id."""
    offered = Q(workspace_id=workspace_id) | Q(workspace=None)
    base = Edition.objects.filter(offered, pk=edition_id).first()
    if base is None:
        raise editions.NotThere
    if base.state != EditionState.PUBLISHED:
        raise NotPublished
    key, version, title = key.strip(), version.strip(), title.strip()
    document = base.document | {"key": key, "version": version, "title": title}
    found = Edition.objects.filter(offered, key=key, version=version).first()
    if found is not None:
        if found.based_on_id == base.pk and found.document == document:
            return found.pk  # a second click
        raise _taken(key, version)
    _check(document, edition_parts.find(document, Kind.GENERAL))
    try:
        with transaction.atomic():
            draft = Edition.objects.create(
                workspace_id=workspace_id,
                key=key,
                version=version,
                title=title,
                sha256=rubric.digest(document),
                document=document,
                state=EditionState.DRAFT,
                based_on=base,
            )
    except IntegrityError as taken:
        raise _taken(key, version) from taken
    _record("edition.copied", draft, by, now, based_on=base.sha256)
    return draft.pk


@transaction.atomic
def change(
    *,
    edition_id: int,
    workspace_id: int,
    kind: Kind,
    code: str,
    opened: str,
    fields: Mapping[str, Json],
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Set fields of a part; an empty value takes a field away.

    `opened` is the digest of the part that the writer saw: when somebody has saved the
    part since, nothing is written.
    """
    draft = _held(edition_id, workspace_id)
    document = deepcopy(draft.document)
    part = _part(document, kind, code)
    different = {
        name: value
        for name, value in fields.items()
        if _said(part.plain.get(name)) != _said(value)
    }
    if not different:
        return
    if part.digest() != opened:
        raise Changed
    before = {name: part.plain.get(name) for name in different}
    for name, value in different.items():
        if _said(value) is None:
            part.plain.pop(name, None)
        else:
            part.plain[name] = value
    _cite_own_words(document, part.plain)
    _keep(draft, document, part)
    _record(
        "edition.edited",
        draft,
        by,
        now,
        part=kind,
        code=code,
        before=before,
        after=different,
    )


@transaction.atomic
def add(
    *,
    edition_id: int,
    workspace_id: int,
    kind: Kind,
    inside: str,
    fields: Mapping[str, Json],
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Add a part at the end of the part `inside`, under a code never used before."""
    draft = _held(edition_id, workspace_id)
    document = deepcopy(draft.document)
    name, parent = edition_parts.LISTS[kind]
    above = _part(document, parent, inside)
    plain: Plain = {key: one for key, one in fields.items() if _said(one) is not None}
    code = str(plain.get("code") or "")
    twin = edition_parts.find(document, kind, code)
    if twin is not None and (twin.plain, twin.above) == (plain, above):
        return  # a second click
    _check_codes(draft, kind, plain)
    above.plain[name] = [*cast("list[Json]", above.plain.get(name) or []), plain]
    for one in (plain, *cast("list[Plain]", plain.get("topics") or [])):
        _cite_own_words(document, one)
    _keep(draft, document, edition_parts.find(document, kind, code))
    _record("edition.part_added", draft, by, now, part=kind, code=code, inside=inside)


@transaction.atomic
def remove(
    *,
    edition_id: int,
    workspace_id: int,
    kind: Kind,
    code: str,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Remove a part with all that is inside of it, and every mention of it."""
    draft = _held(edition_id, workspace_id)
    document = deepcopy(draft.document)
    part = _part(document, kind, code)
    gone = {one.code for one in edition_parts.inside(part)}
    if kind is Kind.TOPIC:
        gone |= _unbind(part)
    if len(part.siblings) == 1 and kind is not Kind.CRITERION:
        raise Broken([("", _last_one(part))])
    part.siblings.pop(part.index)
    left = {one.code for one in edition_parts.walk(document)}
    document = cast("Plain", _without(document, gone - left))
    _keep(draft, document, None)
    _record("edition.part_removed", draft, by, now, part=kind, code=code)


@transaction.atomic
def move(
    *,
    edition_id: int,
    workspace_id: int,
    kind: Kind,
    code: str,
    at: int,
    to: int,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Move a part among its neighbors, if it still stands where it was seen."""
    draft = _held(edition_id, workspace_id)
    document = deepcopy(draft.document)
    part = _part(document, kind, code)
    if part.index != at or not 0 <= to < len(part.siblings):
        return  # a second click: it was moved already
    part.siblings.insert(to, part.siblings.pop(at))
    _keep(draft, document, None)
    _record("edition.part_moved", draft, by, now, part=kind, code=code)


@transaction.atomic
def discard(
    *, edition_id: int, workspace_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Delete a draft; a published edition, or one in use, stays."""
    draft = _held(edition_id, workspace_id)
    _record("edition.discarded", draft, by, now)
    draft.delete()


def _taken(key: str, version: str) -> Unfit:
    return Unfit(
        "version",
        _("There is %(key)s %(version)s already: choose another version.")
        % {"key": key, "version": version},
    )


# ── one part of a document ─────────────────────────────────────────────────────────


def _held(edition_id: int, workspace_id: int) -> Edition:
    """Return a draft of the workspace and hold it until this is done."""
    own = Edition.objects.select_for_update().filter(workspace_id=workspace_id)
    draft = own.filter(pk=edition_id).first()
    if draft is None:
        raise editions.NotThere
    if draft.state != EditionState.DRAFT:
        raise NotDraft
    if Cycle.objects.filter(edition=draft).exists():
        raise editions.InUse(draft)
    return draft


def _part(document: Plain, kind: Kind, code: str) -> Part:
    part = edition_parts.find(document, kind, code)
    if part is None:
        raise NoSuchPart
    return part


def _keep(draft: Edition, document: Plain, edited: Part | None) -> None:
    _drop_translations(document, framework(sha256=draft.sha256), edited)
    edition = _check(document, edited)
    draft.title = edition.title
    draft.document = document
    draft.sha256 = rubric.digest(document)
    draft.save(update_fields=["title", "document", "sha256"])


def _check(document: Plain, edited: Part | None) -> rubric.Edition:
    try:
        return rubric.parse(document, gauges=metrics.METRICS)
    except rubric.Defects as found:
        parts = list(edition_parts.walk(document))
        raise Broken(
            _told(defect, edited, parts) for defect in found.defects
        ) from found


def _drop_translations(
    document: Plain, before: rubric.Edition, edited: Part | None
) -> None:
    """Take away the translations of texts that changed: they say something else now."""
    if not before.translations:
        return
    translations = document.pop("translations")
    old, new = rubric.texts(before), rubric.texts(_check(document, edited))
    document["translations"] = translations
    stale = {address for address, text in old.items() if new.get(address) != text}
    if all(stale.isdisjoint(said) for said in before.translations.values()):
        return
    document["translations"] = {
        language: {at: text for at, text in said.items() if at not in stale}
        for language, said in before.translations.items()
    }


def _told(
    defect: rubric.Defect, edited: Part | None, parts: list[Part]
) -> tuple[str, str]:
    """Return the field of the edited part that a defect is of, and its sentence."""
    if edited is not None:
        inside = edited.place + "." if edited.place else ""
        if defect.place.startswith(inside):
            return defect.place.removeprefix(inside), defect.why
    owner = max(
        (part for part in parts if part.place and defect.place.startswith(part.place)),
        key=lambda part: len(part.place),
        default=None,
    )
    if owner is None:
        return "", str(defect)
    field = defect.place.removeprefix(owner.place).strip(".")
    return "", f"{owner.name}, {field}: {defect.why}"


def _check_codes(draft: Edition, kind: Kind, plain: Plain) -> None:
    """Refuse a code that stands, or once stood, for something else."""
    used = edition_drafts.used_codes(edition_id=draft.pk)
    fields = [("code", plain)]
    topics = cast("list[Plain]", plain.get("topics") or [])
    fields += [("topics[0].code", one) for one in topics]
    for field_name, one in fields:
        code = str(one.get("code") or "")
        use = used.get(code)
        # A criterion may bear the code of its own topic.
        own_topic = kind is Kind.CRITERION and code == plain.get("topic")
        if use is not None and not (own_topic and use.kind is Kind.TOPIC):
            raise Unfit(
                field_name,
                _(
                    "%(code)s stands for “%(name)s” in version %(version)s. Codes are"
                    " permanent: choose one that was never used."
                )
                % {"code": code, "name": use.name, "version": use.version},
            )


def _said(value: Json) -> Json:
    """Return a value, or None for all the ways to say nothing; zero says something."""
    return None if value in ("", [], {}) else value


def _cite_own_words(document: Plain, plain: Plain) -> None:
    """Name the workspace's own words as a publication when a part cites them first."""
    sources = plain.get("source")
    publications = cast("list[Plain]", document["publications"])
    known = [one["tag"] for one in publications]
    if isinstance(sources, list) and OWN_WORDS in sources and OWN_WORDS not in known:
        own: Plain = {"tag": OWN_WORDS, "title": _("Our own words")}
        document["publications"] = [*publications, own]


def _unbind(topic: Part) -> set[str]:
    """Take away the criteria that measure a topic, and return their codes."""
    domain = topic.above.plain if topic.above else {}
    criteria = cast("list[Plain]", domain.get("criteria") or [])
    bound = {str(one["code"]) for one in criteria if one["topic"] == topic.code}
    if bound:
        domain["criteria"] = [one for one in criteria if one["topic"] != topic.code]
    return bound


def _last_one(part: Part) -> str:
    above = part.above.name if part.above else ""
    return _(
        "%(above)s would have nothing left to assess: add something else to it first,"
        " or remove it as a whole."
    ) % {"above": above}


def _without(value: Json, gone: set[str], name: str = "") -> Json:
    """Return the document without any mention of codes that are gone."""
    if isinstance(value, dict):
        return {key: _without(one, gone, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, gone) for one in value if not _mentions(one, gone, name)]
    return value


def _mentions(value: Json, gone: set[str], name: str) -> bool:
    """Say whether an entry of the list `name` speaks of a part that is gone."""
    if isinstance(value, dict):
        return any(value.get(key) in gone for key in _NAMING if value.get(key))
    return name in _LISTING and value in gone


def _record(
    verb: str,
    draft: Edition,
    by: AbstractBaseUser,
    now: datetime,
    *,
    before: Plain | None = None,
    after: Plain | None = None,
    **detail: str,
) -> None:
    journal.record(
        workspace_id=cast("int", draft.workspace_id),
        verb=verb,
        target=("edition", draft.pk),
        by=by,
        at=now,
        detail={
            "key": draft.key,
            "version": draft.version,
            "sha256": draft.sha256,
            **{name: str(value) for name, value in detail.items()},
        },
        before=before,
        after=after,
    )
