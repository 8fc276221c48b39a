"""Pages: what is sent to a source is given a meaning, tried on what was received."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments.access import Verb
from assessments.forms import mappings as forms
from assessments.forms.uploads import UploadTable
from assessments.queries import mappings as rows
from assessments.services import mappings as services
from assessments.services import tables
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door
from assessments.views.sources import ask, found_source, refresh
from assessments.views.telling import field_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from assessments.queries.sources import SourceRow
    from scoring.events import Json

_TABLE = "table"
_RULE = "mapping"
_MOST_SHOWN = 200
_PARTS = {
    "when": gettext_lazy("Only if"),
    "each": gettext_lazy("The part that tells of it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a mapping makes of one payload."""

    payload: rows.PayloadRow | None
    text: str
    outcomes: list[services.Outcome]

    @property
    def flawed(self) -> bool:
        """Whether something in it cannot be understood."""
        return any(one.flaws for one in self.outcomes)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A mapping as it is being written, with what it is tried on."""

    source: SourceRow
    data: Mapping[str, Json]
    received: list[rows.PayloadRow]
    # The mapping that it was started from, and the text where it is written as one.
    ready: services.Ready | None = None
    text: str | None = None
    # Place of the mapping → what is wrong there.
    defects: Mapping[str, str]

    @property
    def columns(self) -> list[str]:
        """The columns that there are to choose from."""
        is_table = self.source.kind == _TABLE
        return list(self.received[0].body) if is_table and self.received else []


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.CONNECT)
def source_mapping(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Show a mapping beside what it makes of what was received; change and save it."""
    row = _mapped(me, source_id)
    draft = _typed(request, row) if request.method == "POST" else _begun(request, row)
    if draft.defects:
        return _page(request, me, draft, status=422)
    if request.method != "POST" or _edited(request, draft):
        return _page(request, me, draft)
    try:
        changed = services.save(
            workspace_id=me.workspace_id,
            source_id=row.id,
            data=draft.data,
            by=caller(request),
            now=timezone.now(),
        )
    except services.Flawed as refusal:
        draft.defects = refusal.defects
        return _page(request, me, draft, status=422)
    _tell(request, row, changed=changed)
    return redirect("source", me.workspace_slug, row.id)


@require_POST
@vary_on_headers("HX-Request")
@door(Verb.CONNECT)
def source_mapping_try(
    request: HttpRequest, me: Membership, source_id: int
) -> HttpResponse:
    """Show what the mapping that is being written makes of what was received."""
    draft = _typed(request, _mapped(me, source_id))
    if "HX-Request" in request.headers:
        return render(request, "sources/mapping_tried.html", _trial(me, draft))
    return _page(request, me, draft)


@require_POST
@door(Verb.CONNECT)
def source_table(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """Take a file of rows; say what became of them."""
    row = _mapped(me, source_id)
    if row.kind != _TABLE:
        raise Http404
    form = UploadTable(request.POST.dict(), request.FILES, most_bytes=tables.MOST_BYTES)
    taken = None
    if form.is_valid():
        try:
            taken = tables.take_in(
                workspace_id=me.workspace_id,
                source_id=row.id,
                raw=form.cleaned_data["file"].read(),
                header=not form.cleaned_data["bare"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
        else:
            refresh(me.workspace_id)
    draft = _begun(request, found_source(me, row.id))
    return _page(
        request,
        me,
        draft,
        status=422 if form.errors else 200,
        upload=form,
        taken=taken,
        rejected=list(taken.rejected[:_MOST_SHOWN]) if taken else [],
    )


# ── inside: a mapping as it is being written ───────────────────────────────────────


def _mapped(me: Membership, source_id: int) -> SourceRow:
    row = found_source(me, source_id)
    if not row.mapped:
        raise Http404
    return row


def _received(row: SourceRow) -> list[rows.PayloadRow]:
    found = rows.table_rows if row.kind == _TABLE else rows.payload_rows
    return found(source_id=row.id)


def _begun(request: HttpRequest, row: SourceRow) -> Draft:
    """Return the mapping of a source, or one to start from."""
    ready = _ready(request.GET.get("ready", ""))
    kept = row.rules.get(_RULE)
    data = ready.data if ready else kept if isinstance(kept, dict) else None
    draft = Draft(
        source=row,
        data=data or services.fresh(),
        received=_received(row),
        ready=ready,
        defects={},
    )
    if "text" in request.GET:
        draft.text = json.dumps(draft.data, ensure_ascii=False, indent=2)
    return draft


def _typed(request: HttpRequest, row: SourceRow) -> Draft:
    """Return the mapping that was typed, as a form or as a text."""
    post = request.POST.dict()
    text = post.get("text")
    draft = Draft(
        source=row,
        data={},
        received=_received(row),
        ready=_ready(post.get("ready", "")),
        text=text,
        defects={},
    )
    if text is None:
        draft.data = forms.typed(post, slots=services.slots(), most=services.MOST_RULES)
        return draft
    try:
        draft.data = services.from_text(text)
    except Refusal as refusal:
        draft.defects = {"text": refusal.sentence}
    return draft


def _edited(request: HttpRequest, draft: Draft) -> bool:
    """Add or take away a rule where that was asked for; nothing is saved."""
    added, removed = request.POST.get("add"), request.POST.get("remove", "")
    found = draft.data.get("rules")
    rules = list(found) if isinstance(found, list) else []
    if added is not None:
        kind = request.POST.get("new_kind", "")
        rules.append(services.guessed(kind, draft.columns))
    elif removed.isdecimal() and int(removed) < len(rules):
        del rules[int(removed)]
    else:
        return False
    draft.data = {**draft.data, "rules": rules[: services.MOST_RULES]}
    return True


def _ready(key: str) -> services.Ready | None:
    return next((one for one in services.ready() if one.key == key), None)


def _trial(me: Membership, draft: Draft) -> dict[str, object]:
    """Return what the page shows of a trial: results, or what is wrong first."""
    defects = dict(draft.defects)
    results: list[Tried] = []
    if not defects:
        try:
            data = services.check(draft.data)
        except services.Flawed as refusal:
            defects = refusal.defects
        else:
            results = _results(draft, data)
    return {
        "me": me,
        "source": draft.source,
        "results": results,
        "labels": _labels(),
        "has_rules": bool(draft.data.get("rules")),
        "defects": [
            (forms.element_of(place), _called(place), why)
            for place, why in defects.items()
        ],
    }


def _results(draft: Draft, data: Mapping[str, Json]) -> list[Tried]:
    found = [
        Tried(payload=one, text=one.text, outcomes=services.tried(data, one.body))
        for one in draft.received
    ]
    if draft.ready is None:
        return found
    body = services.kept_example(draft.ready)
    text = json.dumps(body, ensure_ascii=False, indent=2)
    return [
        Tried(payload=None, text=text, outcomes=services.tried(data, body)),
        *found,
    ]


def _labels() -> dict[str, str]:
    """Return what the fields of events are called on pages."""
    known = [slot.name for slots in services.slots().values() for slot in slots]
    return {name: field_label(name) for name in known}


def _called(place: str) -> str:
    """Return a place of a mapping in words: Rule 1, Opened."""
    rule, _dot, rest = place.partition("].")
    if not rest:
        return place or _("Mapping")
    number = int(rule.removeprefix("rules[")) + 1
    name = rest.rpartition(".")[2]
    field = str(_PARTS.get(name) or field_label(name))
    return _("Rule {number}, {field}").format(number=number, field=field)


def _page(
    request: HttpRequest,
    me: Membership,
    draft: Draft,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    slots = services.slots()
    bodies = [one.body for one in draft.received]
    if draft.ready:
        bodies.append(services.kept_example(draft.ready))
    left_out = draft.data.get("leave_out")
    context = {
        "draft": draft,
        "rules": forms.rows(
            draft.data, slots=slots, columns=draft.columns, defects=draft.defects
        ),
        "kinds": list(slots),
        "full": len(_list(draft.data.get("rules"))) >= services.MOST_RULES,
        "leave_out": "\n".join(map(str, _list(left_out))),
        "paths": [] if draft.columns else services.paths_of(bodies),
        "ready_mappings": [] if draft.source.kind == _TABLE else services.ready(),
        "is_table": draft.source.kind == _TABLE,
        "upload": UploadTable(most_bytes=tables.MOST_BYTES),
        "most_rows": tables.MOST_ROWS,
        "most_mebibytes": tables.MOST_BYTES // 1024**2,
        "summary": status == 422,
        **_trial(me, draft),
        **more,
    }
    return render(request, "sources/mapping.html", context, status=status)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _tell(request: HttpRequest, row: SourceRow, *, changed: bool) -> None:
    if not changed:
        messages.success(request, _("Saved."))
        return
    try:
        ask(row.id)
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    said = _("Saved. Everything that is kept is read again by it.")
    messages.success(request, said)


urlpatterns: list[URLPattern] = [
    path("<int:source_id>/mapping/", source_mapping, name="source_mapping"),
    path("<int:source_id>/mapping/try/", source_mapping_try, name="source_mapping_try"),
    path("<int:source_id>/mapping/table/", source_table, name="source_table"),
]
