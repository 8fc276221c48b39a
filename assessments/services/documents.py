"""Reads an edition as people write it: YAML or JSON, with the line of every place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml
from django.utils.translation import gettext as _

from assessments.charts import defect_words
from assessments.services.refusals import Refusal
from scoring import rubric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.events import Json
    from scoring.rubric import Defect, Edition

# The largest edition shipped has 150 kB.
LARGEST = 2_000_000


class Unreadable(Refusal):
    """A text is no document at all: wrong syntax, wrong encoding, too large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Plain data as JSON knows it, and the line on which each place starts."""

    plain: Mapping[str, Json]
    lines: Mapping[str, int]

    def line_of(self, place: str) -> int | None:
        """Return the line of a place, or of the nearest part around it."""
        while place and place not in self.lines:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self.lines.get(place)

    def located(self, defect: Defect) -> str:
        """Return a defect as a sentence that starts with its line."""
        line = self.line_of(defect.place)
        if line is None:
            return defect_words.said(defect)
        return _("line %(line)d, %(defect)s") % {
            "line": line,
            "defect": defect_words.said(defect),
        }


def read(source: str | bytes) -> Document:
    """Read YAML (of which JSON is a part) into plain data; raises `Unreadable`.

    Only plain values are made: no tags, no anchors, no merged keys. Dates stay texts,
    keys become texts, and a key that stands twice in one mapping is refused.
    """
    found = read_all(source)
    if len(found) > 1:
        raise Unreadable(_("This is more than one document: send one at a time."))
    return found[0]


def read_all(source: str | bytes) -> list[Document]:
    """Read the documents of a text, with `---` between them; there is at least one."""
    text = _text(source)
    try:
        nodes = yaml.compose_all(text, Loader=yaml.CSafeLoader)
        found = [_document(node) for node in nodes]
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_syntax(error)) from error
    except yaml.YAMLError as error:
        raise Unreadable(_("This is not YAML: %(why)s.") % {"why": error}) from error
    except RecursionError as error:
        raise Unreadable(_("The document is nested too deeply.")) from error
    if not found:
        raise Unreadable(_("The document is empty."))
    return found


def _document(node: yaml.Node) -> Document:
    reading = _Reading()
    plain = reading.value(node, "")
    if not isinstance(plain, dict):
        raise Unreadable(
            _("The document must start with fields such as `key: my-framework`.")
        )
    return Document(plain=plain, lines=reading.lines)


def write(edition: Edition) -> str:
    """Return an edition as YAML, in the order in which people read it.

    Reading it gives the same edition, though not the same hash: the document from which
    it was read may have left out what has a default.
    """
    return write_all([_written(rubric.dump(edition))])


def write_all(documents: Sequence[object]) -> str:
    """Return plain data as YAML: one document after the other."""
    return yaml.dump_all(
        documents,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=88,
        explicit_start=len(documents) > 1,
    )


class _Dumper(yaml.SafeDumper):
    """Lists stand indented below their field, as in the shipped documents."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # the signature of PyYAML
        super().increase_indent(flow, indentless=False)


def _written(plain: Json) -> object:
    """Leave out what is empty, and write levels as numbers."""
    if isinstance(plain, list):
        return [_written(one) for one in plain]
    if not isinstance(plain, dict):
        return plain
    if all(key.isdigit() for key in plain):
        return {int(key): one for key, one in plain.items()}
    written = {key: _written(one) for key, one in plain.items()}
    return {key: one for key, one in written.items() if one not in ("", [], {})}


def _text(source: str | bytes) -> str:
    if len(source) > LARGEST:
        raise Unreadable(
            _("The document is larger than %(megabytes)d MB.")
            % {"megabytes": LARGEST // 1_000_000}
        )
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("The document is not UTF-8 text (byte %(byte)d).")
            % {"byte": error.start + 1}
        ) from error


def _syntax(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = {
        "line": mark.line + 1 if mark else 1,
        "column": mark.column + 1 if mark else 1,
        "why": error.problem or error.context or _("wrong syntax"),
    }
    return _("Line %(line)d, column %(column)d is not YAML: %(why)s.") % where


class _Reading:
    """Walks the nodes of a document once, and keeps the line of every place."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self._seen: set[int] = set()
        self._scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node, place: str) -> Json:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._seen:
            raise Unreadable(
                _("Line %(line)d: write it out; anchors are not supported.")
                % {"line": node.start_mark.line + 1}
            )
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [
                self.value(one, f"{place}[{index}]")
                for index, one in enumerate(node.value)
            ]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        raise Unreadable(_("The document holds something that is not plain data."))

    def _mapping(self, node: yaml.MappingNode, place: str) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for key, one in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise Unreadable(
                    _("Line %(line)d: a field needs a plain name.") % {"line": line}
                )
            name = key.value
            if name in found:
                raise Unreadable(
                    _("Line %(line)d: `%(name)s` stands there twice.")
                    % {"line": line, "name": name}
                )
            at = f"{place}.{name}" if place else name
            self.lines[at] = line
            found[name] = self.value(one, at)
        return found

    def _scalar(self, node: yaml.ScalarNode) -> Json:
        if "\0" in node.value:
            raise Unreadable(
                _("Line %(line)d holds a null character: remove it.")
                % {"line": node.start_mark.line + 1}
            )
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind in {"int", "float", "bool", "null"}:
            return self._plain(node)
        # Dates, times and whatever else YAML sees in a text stay a text.
        return str(node.value)

    def _plain(self, node: yaml.ScalarNode) -> Json:
        try:
            made = self._scalars.construct_object(node)
        except ValueError:
            return str(node.value)
        if isinstance(made, float) and not abs(made) < float("inf"):
            return str(node.value)  # .inf and .nan are no numbers of JSON
        if made is None or isinstance(made, bool | int | float):
            return made
        return str(node.value)
