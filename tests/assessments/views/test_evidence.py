"""The pages of evidence: the register, one piece, a topic's panel, its files."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import Assignment, Evidence, StoredFile, Support
from tests import factories, factories_evidence
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.usefixtures("telemetry", "evidence_folder")
PART = {"HX-Request": "true"}


@pytest.fixture
def cycle(house: House, telemetry: Telemetry) -> Cycle:
    """An open cycle in which Rui is asked A alone."""
    telemetry.values = {"A.M1": 36_000.0}
    made = factories.cycle(house.workspace)
    Assignment.objects.create(
        cycle=made,
        person=house["rui"],
        domain="A",
        vantage="practitioner",
        asked_by=house["ada"],
        asked_at=NOW,
    )
    return factories.scored(made)


def _at(house: House, name: str, *args: object) -> str:
    return reverse(name, args=[house.slug, *args])


def _upload(
    content: bytes = factories_evidence.PDF, name: str = "report.pdf", **more: object
) -> dict[str, object]:
    file = SimpleUploadedFile(name, content)
    return {
        "kind": "file",
        "file-file": file,
        "file-dated_on": "2026-02-20",
    } | more


def _text(answer: Answer) -> str:
    return answer.content.decode()


# ── beside a question ──────────────────────────────────────────────────────────────


def test_a_respondent_adds_a_file_beside_the_question(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    page = _text(rui.get(_at(house, "evidence_panel", cycle.pk, "A.1")))
    assert "Nothing backs this topic yet" in page
    assert "Owner" not in page
    answer = rui.post(_at(house, "evidence_add", cycle.pk, "A.1"), _upload())
    assert answer.status_code == 302
    page = _text(rui.get(answer["Location"]))
    assert "report.pdf" in page
    piece = Evidence.objects.get()
    assert (piece.owner, piece.title) == (house["rui"], "report.pdf")
    assert piece.sha256[:8] in page
    assert Support.objects.get().topic == "A.1"


def test_the_part_answers_in_place_and_announces(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    address = _at(house, "evidence_add", cycle.pk, "A.1")
    answer = rui.post(
        address,
        {
            "kind": "link",
            "link-url": "https://wiki.example.org/x",
            "link-dated_on": "2026-02-20",
        },
        headers=PART,
    )
    assert answer.status_code == 200
    assert json.loads(answer["HX-Trigger"]) == {"announce": "Added."}
    page = _text(answer)
    assert page.lstrip().startswith("<section")
    assert 'rel="noopener noreferrer"' in page
    remove = _at(house, "evidence_detach", cycle.pk, "A.1", Support.objects.get().pk)
    assert f'action="{remove}"' in page
    answer = rui.post(remove, headers=PART)
    assert "Nothing backs this topic yet" in _text(answer)
    assert Evidence.objects.count() == 1


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    answer = sign_in("rui").post(
        _at(house, "evidence_add", cycle.pk, "A.1"),
        {
            "kind": "link",
            "link-url": "javascript:alert(1)",
            "link-dated_on": "20.2.2026",
            "link-note": "Look at <page 3>.",
        },
        headers=PART,
    )
    page = _text(answer)
    assert answer.status_code == 422
    assert 'id="evidence-link" open' in page
    assert "Write the date as year-month-day." in page
    assert "Look at &lt;page 3&gt;." in page
    assert "javascript:alert(1)" in page
    assert not Evidence.objects.exists()


def test_a_false_ending_is_told_beside_the_file(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    answer = sign_in("rui").post(
        _at(house, "evidence_add", cycle.pk, "A.1"),
        _upload(factories_evidence.PROGRAM),
        headers=PART,
    )
    assert answer.status_code == 422
    assert "its content is a Windows program" in _text(answer)
    assert not StoredFile.objects.exists()


def test_a_measurement_is_added_with_its_n_and_interval(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    page = _text(rui.get(_at(house, "evidence_panel", cycle.pk, "A.1")))
    assert "A.M1 Criterion A.M1: change lead time 10\N{NO-BREAK SPACE}h" in page
    assert "n = 40" in page
    rui.post(
        _at(house, "evidence_add", cycle.pk, "A.1"),
        {"kind": "telemetry", "telemetry-measurement": "A.M1|change_lead_time"},
    )
    page = _text(rui.get(_at(house, "evidence_panel", cycle.pk, "A.1")))
    assert "Change lead time (A.M1, Q1 2026)" in page


def test_an_existing_piece_is_attached_and_twice_is_harmless(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    piece = factories_evidence.link(house.workspace, house["noa"], to=(cycle, "A.2"))
    rui = sign_in("rui")
    address = _at(house, "evidence_add", cycle.pk, "A.1")
    for _ in range(2):
        answer = rui.post(address, {"kind": "attach", "attach-evidence": piece.pk})
        assert answer.status_code == 302
    assert Support.objects.filter(topic="A.1").count() == 1
    support = Support.objects.get(topic="A.2")
    answer = rui.post(_at(house, "evidence_detach", cycle.pk, "A.2", support.pk))
    assert answer.status_code == 422
    assert "Somebody else attached this" in _text(answer)


def test_what_a_person_may_not_know_of_cannot_be_attached(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    piece = factories_evidence.link(house.workspace, house["noa"], to=(cycle, "B.1"))
    answer = sign_in("rui").post(
        _at(house, "evidence_add", cycle.pk, "A.1"),
        {"kind": "attach", "attach-evidence": piece.pk},
    )
    assert answer.status_code == 422
    assert "Choose one from the list." in _text(answer)


def test_topics_that_are_not_asked_stay_closed(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    rui = sign_in("rui")
    assert rui.get(_at(house, "evidence_panel", cycle.pk, "B.1")).status_code == 403
    address = _at(house, "evidence_add", cycle.pk, "B.1")
    assert rui.post(address, _upload()).status_code == 403
    assert not StoredFile.objects.exists()
    for topic in ("X.1", "Z"):
        address = _at(house, "evidence_panel", cycle.pk, topic)
        assert rui.get(address).status_code == 404
    assert (
        sign_in("noa").get(_at(house, "evidence_panel", cycle.pk, "B.1")).status_code
        == 200
    )


def test_in_a_locked_cycle_the_panel_only_shows(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    factories_evidence.link(house.workspace, house["rui"], to=(cycle, "A.1"))
    factories.rating(cycle, "A.1", house["rui"])
    factories.locked(cycle)
    page = _text(sign_in("rui").get(_at(house, "evidence_panel", cycle.pk, "A.1")))
    assert "its evidence stays as it is" in page
    assert "wiki.example.org" in page
    assert "<form" not in page.split('id="evidence-panel"')[1].split("</section>")[0]


# ── files ──────────────────────────────────────────────────────────────────────────


def test_a_file_is_given_away_so_that_nothing_in_it_can_run(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    piece = factories_evidence.file(
        house.workspace, house["noa"], name='Größe "2".pdf', to=(cycle, "A.1")
    )
    answer = sign_in("rui").get(_at(house, "evidence_file", piece.pk))
    assert answer.getvalue() == factories_evidence.PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private"
    assert int(answer["Content-Length"]) == len(factories_evidence.PDF)


def test_a_file_is_for_whoever_may_see_what_it_supports(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    piece = factories_evidence.file(house.workspace, house["noa"], to=(cycle, "B.1"))
    address = _at(house, "evidence_file", piece.pk)
    for name, status in (("rui", 404), ("vera", 200), ("sam", 200), ("ada", 200)):
        answer = sign_in(name).get(address)
        if answer.streaming:
            answer.getvalue()  # read to its end, a file is closed
        assert answer.status_code == status
    elsewhere = reverse("evidence_file", args=[house.other.slug, piece.pk])
    assert sign_in("otto").get(elsewhere).status_code == 404
    link = factories_evidence.link(house.workspace, house["noa"])
    assert sign_in("ada").get(_at(house, "evidence_file", link.pk)).status_code == 404


@pytest.mark.parametrize(("harm", "word"), [("remove", "missing"), ("cut", "damaged")])
def test_a_file_that_is_not_as_it_was_is_said_to_be(
    house: House,
    sign_in: SignIn,
    evidence_folder: Path,
    harm: str,
    word: str,
) -> None:
    piece = factories_evidence.file(house.workspace, house["noa"])
    [stored] = [path for path in evidence_folder.rglob("*") if path.is_file()]
    if harm == "remove":
        stored.unlink()
    else:
        stored.write_bytes(b"%PDF")
    answer = sign_in("ada").get(_at(house, "evidence_file", piece.pk), follow=True)
    assert f"The file is {word} in the storage" in _text(answer)


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.django_db(transaction=True)
def test_two_gigabytes_are_refused_before_a_byte_is_read(
    live_server: LiveServer, telemetry: Telemetry, *, signed_in: bool
) -> None:
    house = factories.house()
    cycle = factories.cycle(house.workspace)
    cookie = ""
    if signed_in:
        from django.test import Client

        browser = Client()
        browser.force_login(
            house["rui"], backend="django.contrib.auth.backends.ModelBackend"
        )
        cookie = f"Cookie: sessionid={browser.cookies['sessionid'].value}\r\n"
    with socket.create_connection(
        (live_server.thread.host, live_server.thread.port), timeout=20
    ) as wire:
        wire.sendall(
            (
                f"POST {_at(house, 'evidence_add', cycle.pk, 'A.1')} HTTP/1.1\r\n"
                f"Host: {live_server.thread.host}\r\n{cookie}"
                "Content-Type: multipart/form-data; boundary=x\r\n"
                f"Content-Length: {2 * 1024**3}\r\n\r\n--x\r\n"
            ).encode()
        )
        said = b""
        while b"</html>" not in said:
            said += wire.recv(65536)
    assert said.startswith(b"HTTP/1.1 413")
    assert b"has 2,048 MiB; this page takes up to 26 MiB" in said


def test_a_form_that_takes_no_file_takes_less(house: House, sign_in: SignIn) -> None:
    answer = sign_in("ada").post(
        _at(house, "scope_new"), CONTENT_LENGTH=str(13 * 1024**2)
    )
    assert answer.status_code == 413
    assert "this page takes up to 12 MiB" in _text(answer)


def test_a_file_just_over_the_limit_is_refused_with_the_limit(
    house: House, cycle: Cycle, sign_in: SignIn, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_MB = 1
    answer = sign_in("rui").post(
        _at(house, "evidence_add", cycle.pk, "A.1"),
        _upload(b"a" * (1024**2 + 1), "long.txt"),
    )
    assert answer.status_code == 422
    assert "larger than 1 MiB" in _text(answer)
    assert not StoredFile.objects.exists()


# ── the register and one piece ─────────────────────────────────────────────────────


def test_the_register_lists_filters_and_says_when_it_is_empty(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    vera = sign_in("vera")
    assert "No evidence yet" in _text(vera.get(_at(house, "evidence")))
    factories_evidence.file(house.workspace, house["noa"], to=(cycle, "A.1"))
    page = _text(vera.get(_at(house, "evidence")))
    for word in ("report.pdf", "Noa", "20 Feb 2026", "A.1", "Q1 2026"):
        assert word in page
    assert "Add evidence" not in page
    page = _text(vera.get(_at(house, "evidence"), {"kind": "link"}))
    assert "Nothing fits" in page
    odd = {"kind": "x", "owner": "y", "page": "9" * 30, "state": "z"}
    assert "report.pdf" in _text(vera.get(_at(house, "evidence"), odd))


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "link", "link-url": "https://wiki.example.org/a"},
        {"kind": "telemetry", "telemetry-measurement": "A.M1|change_lead_time"},
        {"kind": "file"},
    ],
)
def test_something_is_added_from_the_register(
    house: House, cycle: Cycle, sign_in: SignIn, given: dict[str, str]
) -> None:
    noa = sign_in("noa")
    kind = given["kind"]
    if kind == "telemetry":
        page = _text(noa.get(_at(house, "evidence_new"), {"kind": kind}))
        assert "Show its measurements" in page
    sent: dict[str, object] = {
        **given,
        f"{kind}-dated_on": "2026-02-20",
        f"{kind}-owner": str(house["rui"].pk),
        "cycle": str(cycle.pk),
    }
    if kind == "file":
        sent |= {"file-file": SimpleUploadedFile("a.pdf", factories_evidence.PDF)}
    answer = noa.post(_at(house, "evidence_new"), sent, follow=True)
    assert "Added to the register." in _text(answer)
    assert Evidence.objects.get().owner == house["rui"]
    assert not Support.objects.exists()


def test_a_piece_is_attached_to_a_topic_from_its_page(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    piece = factories_evidence.link(house.workspace, house["noa"])
    noa = sign_in("noa")
    page = noa.get(_at(house, "evidence_piece", piece.pk), {"cycle": cycle.pk})
    assert "A.1 Topic A.1" in _text(page)
    for said in ("Attached.", "It supports this topic already."):
        answer = noa.post(
            _at(house, "evidence_attach", piece.pk),
            {"cycle": cycle.pk, "topic": "A.1"},
            follow=True,
        )
        assert said in _text(answer)
    other = factories.cycle(house.workspace, state="draft")
    answer = noa.post(
        _at(house, "evidence_attach", piece.pk), {"cycle": other.pk, "topic": "A.1"}
    )
    assert answer.status_code == 404


def test_owners_and_leads_change_and_withdraw_and_others_do_not(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    piece = factories_evidence.link(
        house.workspace, house["rui"], to=(cycle, "A.1"), title="Wiki"
    )
    change = _at(house, "evidence_change", piece.pk)
    for name, status in (("rui", 200), ("ada", 200), ("noa", 404), ("vera", 403)):
        assert sign_in(name).get(change).status_code == status
    rui = sign_in("rui")
    answer = rui.post(
        change,
        {"title": "Runbook", "dated_on": "2026-02-20", "expires_on": "2026-01-01"},
    )
    assert answer.status_code == 422
    assert "expire before its own date" in _text(answer)
    assert "Runbook" in _text(answer)
    answer = rui.post(
        change, {"title": "Runbook", "dated_on": "2026-02-20"}, follow=True
    )
    assert "Runbook" in _text(answer)
    assert (
        sign_in("noa").post(_at(house, "evidence_withdraw", piece.pk)).status_code
        == 404
    )
    page = _text(rui.post(_at(house, "evidence_withdraw", piece.pk), follow=True))
    assert "Offer it again" in page
    page = _text(
        sign_in("ada").post(_at(house, "evidence_offer", piece.pk), follow=True)
    )
    assert "Offered again." in page


def test_expired_evidence_is_marked_wherever_it_is_shown(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    piece = factories_evidence.link(
        house.workspace,
        house["rui"],
        to=(cycle, "A.1"),
        expires_on=NOW.date(),
        title="Certificate",
    )
    noa = sign_in("noa")
    for page in (
        _at(house, "evidence"),
        _at(house, "evidence_piece", piece.pk),
        _at(house, "evidence_panel", cycle.pk, "A.1"),
    ):
        assert "Expired on 2 Mar 2026" in _text(noa.get(page))
    assert ">expired<" in _text(noa.get(_at(house, "cycle_evidence", cycle.pk)))


def test_a_cycle_says_how_each_domain_is_backed(
    house: House, cycle: Cycle, sign_in: SignIn
) -> None:
    factories_evidence.link(house.workspace, house["rui"], to=(cycle, "A.1"))
    page = _text(sign_in("vera").get(_at(house, "cycle_evidence", cycle.pk)))
    assert "wiki.example.org" in page
    assert "A.2 Topic A.2" in page
    assert _at(house, "evidence_panel", cycle.pk, "A.2") not in page
    page = _text(sign_in("noa").get(_at(house, "cycle_evidence", cycle.pk)))
    assert _at(house, "evidence_panel", cycle.pk, "A.2") in page
