"""Writes catalogues in one form, without guesses and dates, and compiles them.

    python .ci/tidy_messages.py assessments/locale

A sentence that changed is translated anew: what resembled it would be wrong unseen.
Without dates, a catalogue that says the same is the same.
"""
# ruff: noqa: INP001  # a script, no package

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po


class Undated(Catalog):
    """A catalogue whose head says only what a program must know."""

    mime_headers = property(
        lambda self: [
            ("Project-Id-Version", "Compel"),
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]
    )


def tidy(place: Path) -> None:
    """Write one catalogue anew, and the compiled one beside it."""
    language = place.parent.parent.name
    with place.open("rb") as source:
        found = read_po(source, locale=language)
    made, said = _empty(language), _empty(language)
    for one in sorted((one for one in found if one.id), key=_order):
        made.add(
            one.id,
            None if one.fuzzy else one.string,
            locations=sorted({(name, None) for name, _line in one.locations}),
            flags=set(one.flags) - {"fuzzy"},
            auto_comments=one.auto_comments,
            # What a sentence was before it changed is in the history.
            user_comments=[said for said in one.user_comments if said[:1] != "|"],
            context=one.context,
        )
        # A plural without its forms would be shown as nothing at all.
        if not one.fuzzy and _translated(one):
            said[one.id] = made.get(one.id, one.context)
    with place.open("wb") as target:
        write_po(target, made, width=88, include_lineno=False)
    with place.with_suffix(".mo").open("wb") as target:
        write_mo(target, said)


def _empty(language: str) -> Undated:
    return Undated(
        locale=language,
        header_comment="# Texts of the interface, renewed by: make messages",
        fuzzy=False,
    )


def _translated(one: Message) -> bool:
    return all([one.string] if isinstance(one.string, str) else one.string)


def _order(one: Message) -> tuple[str, str, str]:
    """Keep the sentences of a page together."""
    first = min((name for name, _line in one.locations), default="")
    said = one.id if isinstance(one.id, str) else one.id[0]
    return first, said, one.context or ""


if __name__ == "__main__":
    for catalogue in sorted(Path(sys.argv[1]).glob("*/LC_MESSAGES/*.po")):
        tidy(catalogue)
