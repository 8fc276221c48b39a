from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Edition
from assessments.queries import editions
from scoring import rubric
from tests import factories, frameworks

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


def run(*arguments: str | Path) -> str:
    said = StringIO()
    call_command("load_framework", *map(str, arguments), stdout=said)
    return said.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(frameworks.plain(), indent=1), encoding="utf-8")
    return path


def test_the_shipped_editions_are_loaded_published_and_loading_again_is_harmless() -> (
    None
):
    run("--shipped")
    before = list(Edition.objects.values("pk", "sha256", "published_at"))

    run("--shipped")

    assert list(Edition.objects.values("pk", "sha256", "published_at")) == before
    assert sorted(Edition.objects.values_list("key", "state")) == [
        (key, "published") for key in frameworks.KEYS
    ]


def test_an_older_version_that_was_loaded_stays_and_the_newer_one_comes_first() -> None:
    old = dict(frameworks.shipped("three-planes")) | {"version": "2024.9"}
    factories.edition(old)
    workspace = factories.workspace()

    run(frameworks.SHIPPED / "three-planes.yaml")

    rows = editions.edition_rows(workspace_id=workspace.pk)
    assert [row.version for row in rows] == [
        frameworks.shipped("three-planes")["version"],
        "2024.9",
    ]
    assert all(row.published for row in rows)


def test_a_file_is_loaded_for_everybody_and_the_command_says_so(file: Path) -> None:
    said = run(file)

    edition = Edition.objects.get()
    assert edition.workspace is None
    assert f"{file}: small 1 is edition {edition.pk}." in said


def test_a_file_may_be_loaded_as_a_draft_of_one_workspace(file: Path) -> None:
    workspace = factories.workspace()

    run(file, "--workspace", workspace.slug, "--draft")

    edition = Edition.objects.get()
    assert (edition.workspace, edition.state) == (workspace, "draft")


def test_translations_that_lie_beside_a_file_are_part_of_the_edition(
    file: Path,
) -> None:
    folder = file.parent / "translations"
    folder.mkdir()
    (folder / "small.de.json").write_text('{"A": {"name": "Bereich A"}}')
    (folder / "smaller.fr.json").write_text('{"A": {"name": "Autre"}}')

    run(file)

    spoken = frameworks.edition(translations={"de": {"A": {"name": "Bereich A"}}})
    assert rubric.parse(Edition.objects.get().document) == spoken


def test_a_translation_of_what_is_not_there_keeps_the_edition_out(file: Path) -> None:
    folder = file.parent / "translations"
    folder.mkdir()
    (folder / "small.de.json").write_text('{"Z": {"name": "Nichts"}}')

    with pytest.raises(CommandError, match=r"de\.Z/name: is not the place of a text"):
        run(file)


def test_a_refused_file_is_named_with_line_place_and_remedy(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace('"3": "Sentence', '"33": "Sentence')
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        run(file)

    said = str(refused.value)
    assert said.startswith(f"{file} is not an edition:\n  line ")
    assert "pillars[0].domains[0].topics[0].levels: level 3 is missing" in said
    assert said.endswith("docs/editions.md describes every field.")
    assert refused.value.returncode == 1


def test_a_refused_file_does_not_keep_the_others_out(
    file: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("key: [", encoding="utf-8")

    with pytest.raises(CommandError, match="is not YAML"):
        run(broken, file)

    assert Edition.objects.get().key == "small"


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file or directory"):
        run(tmp_path / "missing.yaml")


def test_a_workspace_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(CommandError, match="There is no workspace `nowhere`"):
        run(file, "--workspace", "nowhere")


def test_without_a_file_the_command_says_what_it_needs() -> None:
    with pytest.raises(CommandError, match="Name a file, or use --shipped"):
        run()


def test_a_published_edition_is_not_overwritten_from_a_file(file: Path) -> None:
    run(file)
    text = file.read_text(encoding="utf-8").replace("A small framework", "Another")
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match="already published with other content"):
        run(file)
