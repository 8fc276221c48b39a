"""The desk at which evidence is handed in: a form of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from assessments.access import Verb
from assessments.charts import words
from assessments.forms import evidence as forms
from assessments.queries import evidence as rows
from assessments.services import evidencing, particulars
from assessments.services.refusals import Refusal, Unfit
from assessments.services.sniffing import Unwelcome

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import BinaryIO

    from django.contrib.auth.models import User
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

    from assessments.queries.members import Membership
    from assessments.services.evidencing import Added
    from assessments.services.supporting import Place

FILE, LINK, TELEMETRY = "file", "link", "telemetry"
KINDS = (FILE, LINK, TELEMETRY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a person hands evidence in, for one place or for the register alone."""

    me: Membership
    today: date
    # The cycle whose measurements are offered, and these.
    cycle_id: int | None = None
    measures: tuple[rows.MeasureOption, ...] = ()
    place: Place | None = None

    def form(self, kind: str, request: HttpRequest | None = None) -> forms.Particulars:
        """Return the form of a kind: empty, or with what was sent."""
        owners = owners_for(self.me)
        initial = {"dated_on": self.today, "owner": self.me.user_id}
        data = request.POST.dict() if request else None
        if kind == TELEMETRY:
            options = [(one.value, told(one)) for one in self.measures]
            return forms.AddTelemetry(
                data,
                measurements=options,
                owners=owners,
                initial=initial,
                prefix=kind,
            )
        if kind == LINK:
            return forms.AddLink(data, owners=owners, initial=initial, prefix=kind)
        return forms.AddFile(
            data,
            request.FILES if request else None,
            owners=owners,
            initial=initial,
            prefix=kind,
        )

    def take(
        self, kind: str, form: forms.Particulars, *, by: User, now: datetime
    ) -> Added | None:
        """Hand in what a form holds; None, and the form says why, when it cannot be."""
        if not form.is_valid():
            return None
        try:
            return self._add(kind, form, by=by, now=now)
        except Refusal as refusal:
            refuse(form, refusal)
            return None

    def _add(
        self, kind: str, form: forms.Particulars, *, by: User, now: datetime
    ) -> Added:
        given = form.cleaned_data
        said = said_in(form, self.me, self.today)
        if kind == TELEMETRY:
            criterion, _, metric = given["measurement"].partition("|")
            return evidencing.add_telemetry(
                workspace_id=self.me.workspace_id,
                cycle_id=self.cycle_id or 0,
                criterion=criterion,
                metric=metric,
                said=said,
                by=by,
                now=now,
                place=self.place,
            )
        if kind == LINK:
            return evidencing.add_link(
                workspace_id=self.me.workspace_id,
                url=given["url"],
                said=said,
                by=by,
                now=now,
                place=self.place,
            )
        file: UploadedFile[bytes] = given["file"]
        return evidencing.add_file(
            workspace_id=self.me.workspace_id,
            stream=cast("BinaryIO", file.file),
            name=str(file.name or ""),
            said=said,
            by=by,
            now=now,
            place=self.place,
        )


def owners_for(me: Membership) -> list[tuple[object, object]] | None:
    """Return who may be named as owner; None: whoever only answers owns it."""
    if not me.reach(Verb.READ):
        return None
    return list(rows.owner_choices(workspace_id=me.workspace_id))


def said_in(
    form: forms.Particulars, me: Membership, today: date
) -> particulars.Particulars:
    """Return what a valid form says about a piece."""
    given = form.cleaned_data
    return particulars.Particulars(
        title=given["title"],
        origin=given["origin"],
        note=given["note"],
        owner_id=int(given.get("owner") or me.user_id),
        dated_on=given.get("dated_on") or today,
        expires_on=given["expires_on"],
    )


def refuse(form: forms.Particulars, refusal: Refusal) -> None:
    """Say a refusal beside the field that it is about."""
    name = refusal.field_name if isinstance(refusal, Unfit) else None
    if isinstance(refusal, Unwelcome):
        name = FILE
    form.add_error(name if name in form.fields else None, refusal.sentence)


def told(one: rows.MeasureOption) -> str:
    """Write a measurement with its n and interval, for a choice."""
    measured = one.measured
    value = words.quantity(measured.value, measured.unit)
    facts = [f"n = {measured.n}"]
    if measured.low is not None:
        facts.insert(
            0, words.interval(measured.low, measured.high, measured.unit) + " (95 %)"
        )
    return (
        f"{measured.criterion} {one.criterion_name}: {measured.name.lower()}"
        f" {value}, {', '.join(facts)}"
    )
