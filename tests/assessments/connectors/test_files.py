"""Exports in files: finding them, reading what is new, complaining of what is none."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import Garbled, Payload, Refused, Source, clean_rules
from assessments.connectors.evidently import Evidently
from assessments.connectors.sagemaker import SageMaker
from assessments.connectors.vertex import Vertex
from scoring.events import Malformed
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import (
    Platform,
    as_json,
    page_of_html,
    serving,
)
from tests.assessments.connectors.telling import collected

if TYPE_CHECKING:
    from assessments.connectors.files import Files
    from scoring.events import Json

OURS = Path(__file__).resolve().parents[3] / "fixtures/payloads"
NOW = datetime(2026, 1, 10, tzinfo=UTC)
KINDS: dict[str, type[Files]] = {
    "sagemaker": SageMaker,
    "vertex": Vertex,
    "evidently": Evidently,
}


def source(kind: str, address: str, **rules: Any) -> Source:
    """A source of that kind of files."""
    return Source(
        kind=kind,
        address=address,
        service_key="ranker",
        rules=clean_rules(KINDS[kind].rule_fields, rules).rules,
        allow_local=True,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_is_read_once_and_keeps_no_person(kind: str) -> None:
    where = source(kind, str(OURS / kind))

    pages, events = collected(KINDS[kind](), where, now=NOW)
    again, none = collected(KINDS[kind](), where, now=NOW, cursor=pages[-1].cursor)

    assert len(events) > 2
    assert none == []
    assert again[-1].cursor == pages[-1].cursor
    kept = [payload.body for page in pages for payload in page.payloads]
    assert "rui.canary" not in json.dumps(kept)


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    file = tmp_path / "below/packages.json"
    content = (OURS / "sagemaker/list-model-packages.json").read_text(encoding="utf-8")
    file.write_text(content.replace('"Rejected"', '"PendingManualApproval"'))
    where = source("sagemaker", str(tmp_path))
    pages, _ = collected(SageMaker(), where, now=NOW)
    file.write_text(content)

    later, events = collected(SageMaker(), where, now=NOW, cursor=pages[-1].cursor)
    file.unlink()
    gone, _ = collected(SageMaker(), where, now=NOW, cursor=later[-1].cursor)

    assert {event.attributes["approval"] for event in events} == {
        "Approved",
        "Rejected",
    }
    assert gone[-1].cursor == {"files": {}}


def test_a_link_that_leads_out_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "ours/link.json").symlink_to(tmp_path / "secret.json")

    said = SageMaker().test(source("sagemaker", str(tmp_path / "ours")), now=NOW)

    assert said == "Files found: 0; understood: 0."


@pytest.mark.parametrize("content", ["", "{", "[]", "17", '{"x": 1}', '{"name": 1}'])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_something_else_is_garbled(
    kind: str, content: str, tmp_path: Path
) -> None:
    (tmp_path / "odd.json").write_text(content)
    where = source(kind, str(tmp_path))
    connector = KINDS[kind]()

    said = connector.test(where, now=NOW)
    preview = connector.preview(where, now=NOW)
    pages = list(connector.fetch(where, cursor={}, now=NOW))

    assert said == "Files found: 1; understood: 0."
    assert preview.left_out[0].reason == (
        "cannot be understood: content: is missing, not an object"
    )
    (payload,) = pages[0].payloads
    with pytest.raises(Garbled):
        list(connector.parse(payload, where))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("odd", [None, True, 17, "x", [], {}, [None], "2026-01-01"])
def test_an_odd_field_is_garbled_or_does_not_matter(kind: str, odd: Any) -> None:
    connector, where = KINDS[kind](), source(kind, "/nowhere")
    for path in sorted((OURS / kind).glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for holder, name in _places(content):
            honest = holder[name]
            holder[name] = odd
            kept = connector.kept(content)
            body: dict[str, Json] = {"file": path.name, "content": kept}
            with suppress(Garbled, Malformed):
                list(connector.parse(Payload(sort="file", body=body), where))
            holder[name] = honest


def _places(value: Any) -> list[tuple[Any, Any]]:
    if not isinstance(value, dict | list):
        return []
    names = list(value) if isinstance(value, dict) else list(range(len(value)))
    inner = [place for name in names for place in _places(value[name])]
    return [*((value, name) for name in names), *inner]


# ── addresses ──────────────────────────────────────────────────────────────────────


def test_an_address_is_asked_with_its_token() -> None:
    content = json.loads((OURS / "vertex/endpoints.json").read_text(encoding="utf-8"))
    platform = Platform(
        things={"/exports/a%20b.json": content},
        admits=lambda asked: asked.headers.get("authorization") == f"Bearer {SECRET}",
    )
    with serving(platform) as address:
        where = source("vertex", f"{address}/exports/a%20b.json?v=1")
        with pytest.raises(Refused, match="does not hand out the file"):
            Vertex(HASTE).test(where, now=NOW)
        token = Source(
            kind="vertex",
            address=where.address,
            service_key="x",
            secret=SECRET,
            allow_local=True,
        )
        said = Vertex(HASTE).test(token, now=NOW)

    assert said == "Files found: 1; understood: 1."
    assert platform.asked[-1].query == {"v": "1"}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (as_json({}, status=404), "does not hand out the file .status 404"),
        (page_of_html(), "a page, not with data"),
    ],
)
def test_an_address_that_has_no_file_says_so(answer: Any, sentence: str) -> None:
    platform = Platform(things={"/x.json": answer})
    with serving(platform) as address, pytest.raises(Refused, match=sentence):
        list(
            Vertex(HASTE).fetch(
                source("vertex", f"{address}/x.json"), cursor={}, now=NOW
            )
        )


@pytest.mark.parametrize(
    ("address", "allow_local", "sentence"),
    [
        ("/var/exports", False, "by their path are not allowed"),
        ("http://example.org/x.json", False, "has to start with https"),
        ("https://a:b@example.org/x.json", True, "Take the credential out"),
        ("/no/such/folder", True, "no such file or folder"),
    ],
)
def test_an_address_that_nothing_can_come_of_is_refused(
    address: str, allow_local: bool, sentence: str
) -> None:
    where = Source(
        kind="vertex", address=address, service_key="x", allow_local=allow_local
    )
    with pytest.raises(Refused, match=sentence):
        list(Vertex().fetch(where, cursor={}, now=NOW))
