"""The forms of the edition editor, one for each kind of part."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, ClassVar, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms import edition_fields as fields
from assessments.forms.edition_ladder import Criterion
from assessments.forms.edition_part import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.datastructures import MultiValueDict

    from assessments.forms.edition_part import Choices, Plain
    from scoring.events import Json


class General(Part):
    """What the edition is called."""

    kind: ClassVar[str] = "general"

    title = fields.text(gettext_lazy("Title"), required=True)
    about = fields.text(
        gettext_lazy("About"),
        rows=5,
        hint=gettext_lazy("What a reader should know before trusting it."),
    )


class Scoring(Part):
    """How answers become scores."""

    kind: ClassVar[str] = "scoring"

    minimum_coverage = fields.number(
        gettext_lazy("Minimum coverage"),
        hint=gettext_lazy(
            "0 to 1: no level is shown while less than this share is known."
        ),
    )
    minimum_raters = fields.number(
        gettext_lazy("Minimum raters of a topic"), required=False
    )
    discussion_gap = fields.number(
        gettext_lazy("Gap to discuss, declared against measured"),
        required=False,
        hint=gettext_lazy("In levels; at least 0.5."),
    )
    spread_gap = fields.number(
        gettext_lazy("Gap to discuss, between people"),
        required=False,
        hint=gettext_lazy("In levels; at least 0.5."),
    )
    confidence__low = fields.number(gettext_lazy("Confidence that “low” stands for"))
    confidence__medium = fields.number(
        gettext_lazy("Confidence that “medium” stands for")
    )
    confidence__high = fields.number(gettext_lazy("Confidence that “high” stands for"))
    confidence__not_stated = fields.number(
        gettext_lazy("Confidence where none is stated")
    )
    confidence__decided = fields.number(gettext_lazy("Confidence of a decision"))
    rationale_required__from_level = fields.number(
        gettext_lazy("A reason is asked for from this level"),
        required=False,
        hint=gettext_lazy("Empty: for no level."),
    )
    evidence_standard__sources = fields.number(
        gettext_lazy("Independent sources that a domain needs"), required=False
    )
    evidence_standard__vantage_points = fields.number(
        gettext_lazy("Vantage points that a domain needs"), required=False
    )


class Scale(Part):
    """The names of the levels and what they mean in general."""

    kind: ClassVar[str] = "scale"

    def build(self) -> None:
        """Add the fields of each level."""
        for level, _name in self.choices.levels:
            at = {"level": level}
            name = fields.text(_("Level %(level)s: name") % at, required=True)
            self.fields[f"name_{level}"] = name
            self.fields[f"short_{level}"] = fields.text(
                _("Level %(level)s: what it means") % at, rows=2
            )
            self.fields[f"anchors_{level}"] = fields.lines(
                _("Level %(level)s: signs of it") % at, rows=3
            )

    def changes(self) -> Plain:
        """Return the levels if any of them was changed."""
        changed = [name for name in self.changed_data if name != "opened"]
        if not changed:
            return {}
        levels = deepcopy(cast("list[Plain]", self.plain["levels"]))
        for field in changed:
            name, _joint, level = field.rpartition("_")
            step = next(one for one in levels if str(one["level"]) == level)
            value = fields.plain_of(self.cleaned_data[field])
            step.pop(name, None)
            if value:
                step[name] = value
        return {"levels": cast("Json", levels)}

    def _start(self, name: str) -> object:
        field, _joint, level = name.rpartition("_")
        for step in cast("list[Plain]", self.plain["levels"]):
            if str(step["level"]) == level:
                return step.get(field) or ([] if field == "anchors" else "")
        return ""


class Pillar(Part):
    """A pillar."""

    kind: ClassVar[str] = "pillar"

    name = fields.text(gettext_lazy("Name"), required=True)
    weight = fields.number(
        gettext_lazy("Weight"), required=False, hint=gettext_lazy("Empty: 1.")
    )


class Domain(Part):
    """A domain, without its topics."""

    kind: ClassVar[str] = "domain"

    fresh: ClassVar[Mapping[str, Json]] = {"source": ["own"]}

    name = fields.text(gettext_lazy("Name"), required=True)
    purpose = fields.text(gettext_lazy("Purpose"), rows=3, required=True)
    weight = fields.number(
        gettext_lazy("Weight"), required=False, hint=gettext_lazy("Empty: 1.")
    )
    evidence = fields.lines(gettext_lazy("Evidence to ask for"))
    roles = fields.Roles(
        label=gettext_lazy("Whom to hear"),
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
    )
    signals = fields.lines(gettext_lazy("What machines could tell"))
    source = fields.boxes(gettext_lazy("Sources"), required=True)

    def build(self) -> None:
        """Say which vantage points there are."""
        super().build()
        keys = ", ".join(key for key, _label in self.choices.vantage_points)
        self.fields["roles"].help_text = _(
            "One a line, vantage point first, such as “practitioner: Engineer on call”."
            " There are: %(keys)s."
        ) % {"keys": keys}


class Topic(Part):
    """A topic: its question, and a sentence for each level."""

    kind: ClassVar[str] = "topic"

    fresh: ClassVar[Mapping[str, Json]] = {"source": ["own"]}

    name = fields.text(gettext_lazy("Name"), required=True)
    question = fields.text(gettext_lazy("Question"), rows=2, required=True)
    help = fields.text(gettext_lazy("Help beside the question"), rows=2)
    evidence = fields.lines(gettext_lazy("Evidence to ask for"))
    vantage_points = fields.boxes(
        gettext_lazy("Whom to ask"), hint=gettext_lazy("None: anybody.")
    )
    weight = fields.number(
        gettext_lazy("Weight"), required=False, hint=gettext_lazy("Empty: 1.")
    )
    source = fields.boxes(gettext_lazy("Sources"), required=True)

    def build(self) -> None:
        """Add a sentence for each level, after the question."""
        super().build()
        self._offer("vantage_points", self.choices.vantage_points)
        for level, name in self.choices.levels:
            self.fields[f"levels__{level}"] = fields.text(
                _("Level %(level)s, %(name)s") % {"level": level, "name": name},
                rows=2,
                required=True,
            )
        levels = [f"levels__{level}" for level, _name in self.choices.levels]
        self.order_fields(["opened", "code", "name", "question", *levels])


PARTS: Mapping[str, type[Part]] = {
    form.kind: form
    for form in (General, Scale, Scoring, Pillar, Domain, Topic, Criterion)
}


def added(
    kind: str,
    data: MultiValueDict[str, str] | None = None,
    *,
    choices: Choices,
    prefix: str | None = None,
) -> Part:
    """Return the form of a part that is to be added; its code is asked for, too."""
    form = PARTS[kind](data, plain={}, choices=choices, prefix=prefix)
    form.fields["code"] = fields.text(
        gettext_lazy("Code"),
        required=True,
        hint=gettext_lazy(
            "Permanent, and never used before: letters, digits, dots and hyphens."
        ),
    )
    form.order_fields(["opened", "code", "name", "question"])
    form.initial = {**form.initial, **PARTS[kind].fresh}
    return form


def given(form: Part) -> Plain:
    """Return everything that stands in the form of a part to be added."""
    return form.changes() | {
        name: fields.plain_of(form.cleaned_data[name]) for name in form.fresh
    }


class Copy(forms.Form):
    """What a copy is to be called."""

    title = fields.text(gettext_lazy("Title"), required=True)
    key = fields.text(
        gettext_lazy("Key"),
        required=True,
        hint=gettext_lazy(
            "Keep it for a new version of the same framework: trends go on. Lowercase"
            " letters, digits and hyphens."
        ),
    )
    version = fields.text(
        gettext_lazy("Version"),
        required=True,
        hint=gettext_lazy("Letters, digits, dots and hyphens."),
    )
