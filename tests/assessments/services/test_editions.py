from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from assessments.models import Edition, JournalEntry
from assessments.services import documents, editions
from scoring import rubric
from tests import factories, frameworks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.models import Workspace
    from scoring.events import Json

pytestmark = pytest.mark.django_db


def load(
    document: Mapping[str, Json] | None = None,
    *,
    workspace: Workspace | None = None,
    publish: bool = True,
) -> Edition:
    number = editions.load(
        document=document or frameworks.plain(),
        workspace_id=workspace.pk if workspace else None,
        publish=publish,
        now=factories.NOW,
    )
    return Edition.objects.get(pk=number)


# ── loading ────────────────────────────────────────────────────────────────────────


def test_an_edition_is_kept_with_its_document_and_the_hash_of_it() -> None:
    document = frameworks.plain()

    edition = load(document)

    assert (edition.key, edition.version) == ("small", "1")
    assert edition.sha256 == rubric.digest(document)
    assert rubric.digest(edition.document) == edition.sha256
    assert rubric.parse(edition.document) == rubric.parse(document)


def test_loading_the_same_document_again_changes_nothing() -> None:
    first = load()
    turned = dict(reversed(frameworks.plain().items()))

    second = load(turned)

    assert second.pk == first.pk
    assert second.published_at == first.published_at
    assert Edition.objects.count() == 1


def test_a_published_edition_is_never_replaced() -> None:
    load()

    with pytest.raises(editions.Frozen) as refused:
        load(frameworks.plain(title="Another title"))

    assert refused.value.sentence.startswith(
        "small 1 is already published with other content ("
    )
    assert refused.value.sentence.endswith("give the document a new version.")
    assert Edition.objects.get().title == "A small framework"


def test_a_new_version_stands_beside_the_old_one() -> None:
    load()
    load(frameworks.plain(version="2", title="Another title"))

    assert Edition.objects.count() == 2


def test_a_draft_is_replaced_until_it_is_published() -> None:
    draft = load(publish=False)

    replaced = load(frameworks.plain(title="Another title"), publish=False)

    assert replaced.pk == draft.pk
    assert replaced.title == "Another title"
    assert replaced.sha256 != draft.sha256
    assert replaced.state == "draft"


def test_a_draft_is_published_by_loading_it_once_more_to_be_published() -> None:
    load(publish=False)

    assert load(publish=True).state == "published"


def test_a_document_that_is_no_edition_is_refused_whole() -> None:
    document = frameworks.plain(version="", title="")

    with pytest.raises(editions.Defective) as refused:
        load(document)

    assert refused.value.defects == ("version: is empty", "title: is empty")
    assert not Edition.objects.exists()


def test_a_ladder_may_only_ask_for_metrics_that_exist() -> None:
    ladder = frameworks.ladder("4 days", "3 days", "2 days", "1 day", metric="luck")
    criteria: Json = [frameworks.criterion("M", "T", ladder=ladder)]
    domain = frameworks.domain("D", frameworks.topic("T"), criteria=criteria)
    document = frameworks.plain({"code": "p", "name": "P", "domains": [domain]})

    with pytest.raises(editions.Defective) as refused:
        load(document)

    assert "`luck` is not a metric" in refused.value.defects[0]


@pytest.mark.parametrize("key", frameworks.KEYS)
def test_the_shipped_editions_hold_against_the_metrics_that_exist(key: str) -> None:
    text = (frameworks.SHIPPED / f"{key}.yaml").read_bytes()

    document = editions.read(text)

    assert editions.check(document.plain).key == key


# ── whose ──────────────────────────────────────────────────────────────────────────


def test_workspaces_may_each_have_an_edition_of_the_same_name() -> None:
    first = factories.workspace()
    second = factories.workspace("Elsewhere")

    own = load(workspace=first)
    other = load(frameworks.plain(title="Another title"), workspace=second)

    assert own.pk != other.pk
    assert other.title == "Another title"


def test_a_workspace_cannot_take_the_name_of_a_shipped_edition() -> None:
    shipped = load()
    workspace = factories.workspace()

    with pytest.raises(editions.Shipped) as refused:
        load(frameworks.plain(title="Another title"), workspace=workspace)

    assert "for example small-own" in refused.value.sentence
    assert load(workspace=workspace).pk == shipped.pk


def test_the_journal_of_the_workspace_says_who_loaded_and_published_what() -> None:
    workspace = factories.workspace()
    ada = factories.person("ada")
    editions.load(
        document=frameworks.plain(),
        workspace_id=workspace.pk,
        publish=True,
        by=ada,
        now=factories.NOW,
    )

    entries = JournalEntry.objects.filter(verb__startswith="edition.")

    assert [(one.verb, one.by) for one in entries.order_by("pk")] == [
        ("edition.loaded", ada),
        ("edition.published", ada),
    ]
    assert entries[0].detail["sha256"] == rubric.digest(frameworks.plain())


def test_an_edition_of_another_workspace_cannot_be_published() -> None:
    draft = load(workspace=factories.workspace(), publish=False)
    elsewhere = factories.workspace("Elsewhere")

    with pytest.raises(editions.NotThere):
        editions.publish(
            edition_id=draft.pk, workspace_id=elsewhere.pk, by=None, now=factories.NOW
        )

    draft.refresh_from_db()
    assert draft.state == "draft"


# ── reading ────────────────────────────────────────────────────────────────────────


def test_a_defect_is_told_with_its_line() -> None:
    text = json.dumps(frameworks.plain(), indent=2).replace(
        '"question": "How far is this done?"', '"question": ""', 1
    )
    line = text[: text.index('"question": ""')].count("\n") + 1

    with pytest.raises(editions.Defective) as refused:
        editions.read(text)

    assert refused.value.defects == (
        f"line {line}, pillars[0].domains[0].topics[0].question: is empty",
    )


def test_a_missing_field_is_told_with_the_line_of_the_part_that_lacks_it() -> None:
    document = frameworks.plain()
    document.pop("version")
    text = json.dumps(document, indent=1).replace('"title"', '"titel"', 1)

    with pytest.raises(editions.Defective) as refused:
        editions.read(text)

    assert refused.value.defects == (
        "line 1, version: is missing",
        "line 1, title: is missing",
        "line 3, titel: is not a field of an edition; did you mean `title`?",
    )


def test_yaml_and_json_of_one_document_have_one_hash() -> None:
    yaml = "key: small\nlevels:\n  1: a\n  2: 0.5\nwhen: 2026-01-01\non: yes please\n"
    same = (
        '{"key": "small", "levels": {"1": "a", "2": 0.5}, "when": "2026-01-01",'
        ' "on": "yes please"}'
    )

    assert documents.read(yaml).plain == documents.read(same).plain


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "The document is empty."),
        ("just words", "The document must start with fields"),
        ("- a\n- b\n", "The document must start with fields"),
        ("key: [a\n", "Line 2, column 1 is not YAML:"),
        ("a: 1\nb: 2\na: 3\n", "Line 3: `a` stands there twice."),
        ("a: &x [1]\nb: *x\n", "Line 1: write it out; anchors are not supported."),
        ("? [a]\n: 1\n", "Line 1: a field needs a plain name."),
        (b"a: \xff\n", "The document is not UTF-8 text (byte 4)."),
        ("a: \x07\n", "is not YAML"),
        ('{"a": "\\u0000"}', "Line 1 holds a null character"),
        ('{"a": "\\ud800"}', "is not YAML"),
        ("[" * 5000, "YAML"),
        (b" " * (documents.LARGEST + 1), "The document is larger than 2 MB."),
    ],
)
def test_a_text_that_is_no_document_is_refused_with_a_sentence(
    source: str | bytes, sentence: str
) -> None:
    with pytest.raises(documents.Unreadable) as refused:
        editions.read(source)

    assert sentence in refused.value.sentence


def test_only_plain_data_is_read() -> None:
    document = documents.read(
        "a: .inf\nb: !!python/object:os.system x\nc: 0o17\nd: 2026-01-01\ne: null\n"
        "f: true\ng: 1_000\nh: ~\n"
    )

    assert document.plain == {
        "a": ".inf",
        "b": "x",
        "c": "0o17",
        "d": "2026-01-01",
        "e": None,
        "f": True,
        "g": 1000,
        "h": None,
    }


def test_the_line_of_a_place_inside_a_list_is_found() -> None:
    document = documents.read("a:\n  - b: 1\n  - b: 2\n    c: 3\n")

    assert document.line_of("a[1].c") == 4
    assert document.line_of("a[1].missing") == 3
    assert document.line_of("a[7]") == 1


@pytest.mark.parametrize("key", frameworks.KEYS)
def test_an_edition_that_is_written_out_reads_back_as_itself(key: str) -> None:
    edition = rubric.parse(frameworks.shipped(key))

    written = documents.write(edition)

    assert editions.check(editions.read(written).plain) == edition
    assert "weight: 1\n" in written
    assert "note: ''" not in written


def test_the_example_in_the_documentation_is_an_edition() -> None:
    text = (frameworks.DOCS / "editions.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)

    edition = editions.check(editions.read(example).plain)

    assert edition.criterion("R1.M1").ladder[-1].level == 3
