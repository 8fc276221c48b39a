"""Sources: connected, changed, paused, removed; their credentials and push tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessments.connectors import base, mapping
from assessments.connectors.base import moving
from assessments.connectors.base.common import common_fields
from assessments.connectors.registry import CONNECTORS, hooks_of
from assessments.models import (
    Event,
    Scope,
    ScopeKind,
    Source,
    SourceState,
    Synchronization,
    SyncState,
)
from assessments.services import (
    budgets,
    credentials,
    filing,
    folders,
    journal,
    versioning,
)
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json

# Events are sent to us: by API, command or upload.
PUSH = "push"
# The rule of every kind: the key of the one service that the source delivers.
SERVICE = "service"
# Rules that the form of a source does not ask.
_APART = (SERVICE, mapping.RULE)
# Before the first event there can be.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_SILENT = (base.FieldKind.TABLE, base.FieldKind.SEVERAL)
_BUSY = (SyncState.WAITING, SyncState.RUNNING)


class NoSuchSource(Refusal):
    """There is no such source in this workspace."""


class Defective(Refusal):
    """What was entered cannot be used; `defects` says it field by field."""

    def __init__(self, defects: Mapping[str, str]) -> None:
        super().__init__(" ".join(defects.values()))
        self.defects = dict(defects)


class Moved(Refusal):
    """What was to be read is at another address, which is offered."""

    def __init__(self, sentence: str, *, address: str) -> None:
        super().__init__(sentence)
        self.address = address


class NothingToFetch(Refusal):
    """The source is not one that can be synchronized now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A source as somebody wants it, before it is one."""

    kind: str
    address: str
    secret: str
    rules: Mapping[str, object]
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """What the page needs to ask for a source of this kind."""

    kind: str
    label: str
    # One of the connectors' families, or PUSH; "" for what is offered no more.
    family: str = ""
    reads: str = ""
    address_label: str = ""
    address_help: str = ""
    secret_label: str = ""
    secret_help: str = ""
    rule_fields: tuple[base.RuleField, ...] = ()

    @property
    def fetches(self) -> bool:
        """Whether there is an address to ask, and something to synchronize."""
        return bool(self.address_label)

    @property
    def pushes(self) -> bool:
        """Whether the platform can push to us."""
        return hooks_of(self.kind) is not None


def kinds() -> list[SourceKind]:
    """Return every kind of source that can be connected, family by family."""
    offered = sorted(
        (kind_of(kind) for kind in CONNECTORS),
        key=lambda one: (base.FAMILIES.index(one.family), one.label.lower()),
    )
    return [*offered, kind_of(PUSH)]


def kind_of(kind: str) -> SourceKind:
    """Return what to ask for this kind; refuse one that is not known."""
    if kind == PUSH:
        return SourceKind(
            kind=PUSH,
            label=_("Events sent to us"),
            family=PUSH,
            reads=_(
                "Your pipelines send events with a token: for everything that has no"
                " connector of its own."
            ),
        )
    connector = CONNECTORS.get(kind)
    if connector is None:
        known = ", ".join([*CONNECTORS, PUSH])
        raise Defective(
            {
                "kind": _("There is no kind %(kind)s; choose one of %(known)s.")
                % {"kind": repr(kind), "known": known}
            }
        )
    return SourceKind(
        kind=kind,
        label=_said(connector.label),
        family=connector.family,
        reads=_said(connector.reads),
        address_label=_said(connector.address_label),
        address_help=_said(connector.address_help),
        secret_label=_said(connector.secret_label),
        secret_help=_said(connector.secret_help),
        rule_fields=tuple(
            _said_field(field)
            for field in (*connector.rule_fields, *common_fields(connector))
        ),
    )


def kind_kept(kind: str) -> SourceKind:
    """Return what to show of a source's kind, also when its connector is gone."""
    if kind != PUSH and kind not in CONNECTORS:
        return SourceKind(kind=kind, label=kind, secret_label=_("Credential"))
    return kind_of(kind)


def _said(text: str) -> str:
    """Return a text of a connector, which knows English alone, as people read it.

    `.ci/connector_messages.py` puts these texts before the translators.
    """
    return _(text) if text else ""  # the translation of nothing is a catalogue's head


def _said_field(rule: base.RuleField) -> base.RuleField:
    return replace(
        rule,
        label=_said(rule.label),
        help=_said(rule.help),
        choices=tuple((value, _said(label)) for value, label in rule.choices),
    )


# ── trying before connecting ───────────────────────────────────────────────────────


def test(*, draft: Draft, now: datetime) -> str:
    """Return one sentence on what the platform answered; raise a Refusal."""
    plain = _plain_draft(draft, now)
    try:
        return CONNECTORS[draft.kind].test(plain, now=now)
    except moving.Moved as error:
        raise Moved(error.sentence, address=error.address) from error
    except base.ConnectorError as error:
        raise Refusal(error.sentence) from error


def preview(*, draft: Draft, now: datetime) -> base.Preview:
    """Return what the rules would count as production deployments, and what not."""
    plain = _plain_draft(draft, now)
    try:
        return CONNECTORS[draft.kind].preview(plain, now=now)
    except base.ConnectorError as error:
        raise Refusal(error.sentence) from error


def draft_of(
    *, workspace_id: int, source_id: int, address: str, rules: Mapping[str, object]
) -> Draft:
    """Return a stored source with another address and other rules, to try them.

    Its credential goes along only to the host that it was given for.
    """
    source = _source(workspace_id, source_id)
    same = _same_host(address, source.address)
    return Draft(
        kind=source.kind,
        address=address,
        secret=credentials.unseal(source.credential) if same else "",
        rules=rules,
        service=str(source.rules.get(SERVICE) or ""),
    )


def _plain_draft(draft: Draft, now: datetime) -> base.Source:
    cleaned = checked(
        draft.kind, address=draft.address, rules=draft.rules, name=draft.kind
    )
    if not kind_of(draft.kind).fetches:
        raise NothingToFetch(
            _("Events are sent to this source: there is nothing to try.")
        )
    return base.Source(
        kind=draft.kind,
        address=draft.address.strip(),
        service_key=draft.service or service_from(draft.address),
        secret=draft.secret or None,
        rules=cleaned,
        allow_local=settings.ALLOW_LOCAL_SOURCES,
        house=budgets.house(secret=draft.secret, now=now),
    )


# ── connecting and changing ────────────────────────────────────────────────────────


@transaction.atomic
def connect(
    *,
    workspace_id: int,
    scope_id: int,
    kind: str,
    name: str,
    address: str = "",
    secret: str = "",
    rules: Mapping[str, object] | None = None,
    by: AbstractBaseUser | None,
    now: datetime,
    every_minutes: int = 60,
    simulated: bool = False,
) -> int:
    """Connect a source and return its id; the secret is sealed and never shown again.

    `rules` holds the connector's rules, and may name the `service` that the source
    delivers. Under a service or model, that service is the one.
    """
    answers = dict(rules or {})
    service = str(answers.pop(SERVICE, "") or "").strip()
    cleaned = checked(kind, address=address, rules=answers, name=name)
    scope = Scope.objects.filter(workspace_id=workspace_id, pk=scope_id).first()
    if scope is None:
        raise Defective({"scope": _("Choose a unit of this workspace.")})
    if scope.kind in {ScopeKind.SERVICE, ScopeKind.MODEL} and scope.parent_id:
        service = service or scope.service.key
        scope_id = scope.parent_id
    if kind_of(kind).fetches:
        cleaned[SERVICE] = service or service_from(address)
    source = Source.objects.create(
        workspace_id=workspace_id,
        scope_id=scope_id,
        kind=kind,
        name=name.strip(),
        address=address.strip(),
        credential=credentials.seal(secret),
        rules=cleaned,
        every_minutes=every_minutes,
        simulated=simulated,
        created_at=now,
    )
    if cleaned:
        versioning.keep(source, before={}, by=by, now=now)
    journal.about_source(
        source, "source.connected", by=by, at=now, kind=kind, name=source.name
    )
    return source.pk


@transaction.atomic
def change(
    *,
    workspace_id: int,
    source_id: int,
    name: str,
    address: str,
    rules: Mapping[str, object],
    every_minutes: int,
    by: AbstractBaseUser,
    now: datetime,
    note: str = "",
    movement: Sequence[Json] = (),
) -> None:
    """Change what a source reads and what its rules count.

    Other rules are a version of their own, with a note and which metrics moved.

    A new address or new rules start from the beginning: what was read before is read
    again, so that no event is left that today's rules would not count.
    """
    source = _source(workspace_id, source_id, lock=True)
    cleaned = checked(source.kind, address=address, rules=rules, name=name)
    cleaned |= {name: source.rules[name] for name in _APART if name in source.rules}
    moved = address.strip() != source.address or cleaned != source.rules
    if not _same_host(address, source.address):
        # A credential is for the host that it was given for, not for another one.
        source.credential = None
    before, source.rules = source.rules, cleaned
    source.name = name.strip()
    source.address = address.strip()
    source.every_minutes = every_minutes
    if moved:
        source.cursor = {}
        source.next_attempt_at = now if source.kind in CONNECTORS else None
    source.save()
    if cleaned != before:
        versioning.keep(
            source, before=before, note=note, moved=movement, by=by, now=now
        )
    journal.about_source(source, "source.changed", by=by, at=now, from_the_start=moved)


@transaction.atomic
def replace_credential(
    *,
    workspace_id: int,
    source_id: int,
    secret: str,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Seal another credential; the source is tried again at once."""
    source = _source(workspace_id, source_id, lock=True)
    source.credential = credentials.seal(secret)
    source.next_attempt_at = now if source.kind in CONNECTORS else None
    source.save(update_fields=["credential", "next_attempt_at"])
    journal.about_source(source, "source.credential_replaced", by=by, at=now)


@transaction.atomic
def pause(
    *, workspace_id: int, source_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Stop reading; what was read stays."""
    source = _source(workspace_id, source_id, lock=True)
    source.state = SourceState.PAUSED
    source.next_attempt_at = None
    source.save(update_fields=["state", "next_attempt_at"])
    journal.about_source(source, "source.paused", by=by, at=now)


@transaction.atomic
def resume(
    *, workspace_id: int, source_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Go on reading from where it stopped."""
    source = _source(workspace_id, source_id, lock=True)
    source.state = SourceState.WELL if source.last_success_at else SourceState.NEW
    source.failures = 0
    source.next_attempt_at = now if source.kind in CONNECTORS else None
    source.save(update_fields=["state", "failures", "next_attempt_at"])
    journal.about_source(source, "source.resumed", by=by, at=now)


@transaction.atomic
def remove(
    *, workspace_id: int, source_id: int, by: AbstractBaseUser | None, now: datetime
) -> None:
    """Remove a source with its events; measurements of locked cycles stay."""
    source = _source(workspace_id, source_id, lock=True)
    journal.about_source(source, "source.removed", by=by, at=now, name=source.name)
    # Without these events every rollup of their services has to be made again.
    told_of = Event.objects.filter(source=source).order_by()
    ids = told_of.values_list("service_id", flat=True).distinct()
    filing.soil(dict.fromkeys(ids, BEGINNING))
    folders.clear([folders.of_source(source.pk)])
    source.delete()


@transaction.atomic
def new_push_token(
    *, source_id: int, by: AbstractBaseUser | None, now: datetime
) -> str:
    """Return a new token for sending events; only its digest is kept."""
    source = Source.objects.select_for_update().get(pk=source_id)
    token = credentials.new_token()
    source.push_token_digest = credentials.digest_of(token)
    source.save(update_fields=["push_token_digest"])
    journal.about_source(source, "source.token_made", by=by, at=now)
    return token


# ── synchronizing ──────────────────────────────────────────────────────────────────


def ask_synchronization(*, source_id: int, now: datetime) -> int:
    """Return the waiting or running synchronization, a new one if there is none."""
    source = Source.objects.get(pk=source_id)
    if source.kind not in CONNECTORS:
        raise NothingToFetch(_("Events are sent to this source: nothing is fetched."))
    if source.state == SourceState.PAUSED:
        raise NothingToFetch(_("This source is paused: resume it first."))
    try:
        with transaction.atomic():
            return Synchronization.objects.create(source=source, asked_at=now).pk
    except IntegrityError:
        # Somebody asked before: the constraint lets one be under way at a time.
        busy = Synchronization.objects.filter(source=source, state__in=_BUSY).first()
        return busy.pk if busy else ask_synchronization(source_id=source_id, now=now)


# ── what the others share ──────────────────────────────────────────────────────────


def plain(source: Source, *, now: datetime) -> base.Source:
    """Return a stored source as its connector needs it, credential opened."""
    secret = credentials.unseal(source.credential)
    return replace(
        bare(source),
        secret=secret or None,
        storage=folders.of_source(source.pk),
        house=budgets.house_of(source, secret=secret, now=now),
    )


def bare(source: Source) -> base.Source:
    """Return a stored source as parsing needs it: it asks nobody anything."""
    rules = {name: value for name, value in source.rules.items() if name != SERVICE}
    return base.Source(
        kind=source.kind,
        address=source.address,
        service_key=str(source.rules.get(SERVICE) or service_from(source.address)),
        rules=rules,
        allow_local=settings.ALLOW_LOCAL_SOURCES,
    )


def service_from(address: str) -> str:
    """Return the key of the service that an address suggests: its last part.

    Of a server without a path that is its name, without the port.
    """
    plain = re.sub(r"^(\w+://[^/]+?):\d+$", r"\1", address.strip().rstrip("/\\"))
    last = re.split(r"[/:\\]", plain)[-1]
    return last.removesuffix(".git")[:200] or "service"


def checked(
    kind: str, *, address: str, rules: Mapping[str, object], name: str
) -> dict[str, Json]:
    """Return clean rules, or refuse with every defect at once."""
    known = kind_of(kind)
    cleaned = base.clean_rules(known.rule_fields, rules)
    defects = dict(cleaned.defects)
    if not name.strip():
        defects["name"] = _("Give the source a name.")
    if known.fetches and not address.strip():
        defects["address"] = _("%(field)s: write something here.") % {
            "field": known.address_label
        }
    elif _holds_credential(address):
        defects["address"] = _(
            "Take the user name and password out of the address: a credential has its"
            " own field, where it is sealed."
        )
    elif known.fetches and (why := _unfit(kind, address)):
        defects["address"] = why
    if defects:
        raise Defective(defects)
    # A table or a choice that says nothing is not kept.
    silent = {each.name for each in known.rule_fields if each.kind in _SILENT}
    return {
        name: rule for name, rule in cleaned.rules.items() if rule or name not in silent
    }


def _unfit(kind: str, address: str) -> str:
    """Return why nothing can ever come of this address; empty: something may."""
    plain = base.Source(
        kind=kind,
        address=address.strip(),
        service_key="",
        allow_local=settings.ALLOW_LOCAL_SOURCES,
    )
    try:
        CONNECTORS[kind].check(plain)
    except base.Refused as refused:
        return refused.sentence
    return ""


def _holds_credential(address: str) -> bool:
    try:
        return urlsplit(address.strip()).password is not None
    except ValueError:
        return False


def _same_host(one: str, other: str) -> bool:
    try:
        hosts = [urlsplit(address.strip()) for address in (one, other)]
    except ValueError:
        return False
    if hosts[0].netloc or hosts[1].netloc:
        return hosts[0][:2] == hosts[1][:2]
    return one.strip() == other.strip()


def _source(workspace_id: int, source_id: int, *, lock: bool = False) -> Source:
    rows = Source.objects.select_for_update() if lock else Source.objects.all()
    source = rows.filter(workspace_id=workspace_id, pk=source_id).first()
    if source is None:
        raise NoSuchSource(_("This source does not exist (any more)."))
    return source
