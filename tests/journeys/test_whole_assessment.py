"""Three people with different roles carry one assessment from invitation to a plan."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests import servers
from tests.journeys import assessment, product
from tests.journeys.assessment import PATIENCE
from tests.journeys.walker import entrance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

PHONE = {
    "viewport": {"width": 320, "height": 640},
    "has_touch": True,
    "is_mobile": True,
}
ASKED_BY_LINK = ("D7", "D8", "D10")


@pytest.fixture(params=["embedded", pytest.param("servers", marks=pytest.mark.redis)])
def running(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[product.Product]:
    """The product on SQLite and a broker of files; and on PostgreSQL and Redis."""
    with contextlib.ExitStack() as stack:
        settings = {}
        if request.param == "servers":
            settings["DATABASE_URL"] = stack.enter_context(servers.fresh_database())
            settings["REDIS_URL"] = servers.OTHER_REDIS_URL
        yield stack.enter_context(product.running(tmp_path, **settings))


def test_three_people_carry_a_cycle_from_invitation_to_a_plan(
    running: product.Product, tmp_path: Path
) -> None:
    with entrance(running.address) as enter:
        lead, assessor, respondent = enter(), enter(), enter(**PHONE)
        home = assessment.found_a_workspace(lead, "Harbor Freight Lines")
        password = assessment.add_an_assessor(lead, home)
        assessment.come_in(assessor, home, password)
        cycle = assessment.plan_a_cycle(
            lead, home, "First look", [assessment.LEAD, assessment.ASSESSOR]
        )
        link = assessment.invite_by_a_link(lead, ASKED_BY_LINK)
        assessment.open_for_answers(lead, cycle)

        _answer_on_a_phone(respondent, cycle, link)
        _answer_everything(lead, cycle, "4", vantage="leadership")
        _answer_everything(assessor, cycle, "1", vantage="practitioner")
        _attach_evidence(assessor, cycle, tmp_path / "minutes.txt")
        _watch_the_board(lead, cycle)

        _settle(assessor, cycle)
        _dispute(assessor, lead, cycle)
        _review(lead, cycle)
        _sign(assessor, cycle)
        _lock(lead, cycle)

        _plan(lead, home, cycle)
        _decide_at_a_gate(lead, home)
        report = _download_the_report(lead, cycle, tmp_path / "board.pdf")
        sealed = _download_the_result(lead, cycle, tmp_path / "sealed.json")
        for walker in (lead, assessor, respondent):
            assert walker.troubles == []
    _everything_holds(running, cycle, report, sealed)


def _answer_on_a_phone(respondent: Walker, cycle: str, link: str) -> None:
    page = respondent.page
    respondent.go(link)
    respondent.look("invitation")
    page.get_by_role("button", name="Start answering").tap()
    page.wait_for_url(re.compile("/w/"))
    respondent.look("your questions")
    respondent.go(cycle + "answer/D7.1/")
    assessment.title(page, "D7.1")
    respondent.look("question on a phone")
    for topic in ("D7.1", "D7.2", "D7.3", "D7.4", "D7.5"):
        assessment.title(page, topic)
        page.locator("label[for=choice-2]").tap()
        assessment.saved(page)
        page.locator("#go-on").tap()
    page.wait_for_url(re.compile("/answer/domain/D7/"))
    respondent.look("answers to check, on a phone")
    page.get_by_role("button", name="I am done with this domain").tap()
    expect(page.get_by_text("that you are done with this domain")).to_be_visible()
    _answer_in_a_tunnel(respondent, cycle)
    missing = assessment.topics_of(respondent, cycle)
    missing = [one for one in missing if one.startswith("D10.")]
    respondent.go(cycle + "answer/D10.1/")
    assessment.fill(
        respondent, cycle, dict.fromkeys(missing, "2"), vantage="practitioner"
    )
    respondent.look("all questions on a phone")
    refused = page.request.get(respondent.address + cycle + "results/")
    assert refused.status == 403


def _answer_in_a_tunnel(respondent: Walker, cycle: str) -> None:
    """Lose the connection in the middle of a sentence; lose nothing that was typed."""
    page = respondent.page
    with page.expect_response(re.compile("/cards/")):
        respondent.go(cycle + "answer/D8.1/")
    page.keyboard.press("2")
    assessment.saved(page)
    page.locator("#rationale").tap()
    page.keyboard.type("We look after models by ")
    page.context.set_offline(offline=True)
    page.keyboard.type("hand, in the train, too.", delay=20)
    page.locator("#rationale").blur()
    expect(page.locator("#save-state")).to_contain_text("Kept on this device")
    for topic in ("D8.2", "D8.3", "D8.4"):
        page.locator("#go-on").tap()
        assessment.title(page, topic)
        page.keyboard.press("3")
    expect(page.locator("#unsent")).to_contain_text("answers wait")
    respondent.look("question without a connection")
    page.context.set_offline(offline=False)
    assessment.saved(page)
    expect(page.locator("#unsent")).to_be_hidden()
    page.reload()
    expect(page.locator("#choice-3")).to_be_checked()
    respondent.go(cycle + "answer/D8.1/")
    expect(page.locator("#choice-2")).to_be_checked()
    expect(page.locator("#rationale")).to_have_value(
        "We look after models by hand, in the train, too."
    )


def _answer_everything(walker: Walker, cycle: str, level: str, *, vantage: str) -> None:
    page = walker.page
    topics = assessment.topics_of(walker, cycle)
    assert len({topic.split(".")[0] for topic in topics}) == 18
    walker.go(cycle + "answer/D1.1/")
    page.keyboard.press(level)
    page.locator("#rationale").fill("Seen in every review.")
    assessment.saved(page)
    walker.look("question")
    rest = dict.fromkeys(topics, level)
    del rest["D1.1"]
    assessment.fill(walker, cycle, rest, vantage=vantage)
    walker.go(cycle + "questions/")
    expect(page.get_by_text("All your questions are answered")).to_be_visible()
    walker.look("all questions")


def _attach_evidence(assessor: Walker, cycle: str, file: Path) -> None:
    file.write_text("The registry lists 41 models, each with its owner.\n")
    page = assessor.page
    assessor.go(cycle + "answer/D7.1/")
    page.locator("#evidence-file summary").click()
    page.locator("#evidence-file input[type=file]").set_input_files(file)
    page.locator("#evidence-file button").click()
    expect(page.locator(".evidence-list")).to_contain_text("minutes")
    assessor.look("question with evidence")


def _watch_the_board(lead: Walker, cycle: str) -> None:
    page = lead.page
    lead.go(cycle + "participants/")
    row = page.get_by_role("row").filter(has_text="Rui Respondent")
    expect(row).to_contain_text("done")
    lead.look("board")


def _settle(assessor: Walker, cycle: str) -> None:
    page = assessor.page
    assessor.go(cycle + "calibration/")
    assessor.look("calibration")
    assessor.go(cycle + "calibration/topics/D7.1/")
    expect(page.locator(".strip-sentence")).to_contain_text("Leadership says 4")
    page.get_by_label("Agreed level").select_option("3.0")
    page.locator("#settle_reason").fill("The registry was shown, and it is complete.")
    page.get_by_role("button", name="Settle at this level").click()
    expect(page.locator(".settled-history")).to_contain_text("registry was shown")
    assessor.look("settled topic")


def _dispute(assessor: Walker, lead: Walker, cycle: str) -> None:
    page = assessor.page
    assessor.go(cycle + "calibration/topics/D7.2/")
    page.get_by_text("Open a dispute").click()
    page.locator("#dispute_text").fill("Leadership saw one team only.")
    page.locator("#dispute_owner").select_option(label=assessment.LEAD)
    page.get_by_role("button", name="Open the dispute").click()
    expect(page.locator("#disputes")).to_contain_text("Leadership saw one team only.")
    page = lead.page
    lead.go(cycle + "calibration/disputes/")
    lead.look("disputes")
    lead.go(cycle + "calibration/topics/D7.2/")
    page.get_by_label("How was it resolved?").fill("Three teams were asked: it is 2.5.")
    page.get_by_label("Settle the topic at").select_option("2.5")
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator("#disputes")).to_contain_text("Resolved")


def _review(lead: Walker, cycle: str) -> None:
    page = lead.page
    lead.go(cycle + "results/")
    row = page.get_by_role("row").filter(has_text="D7").first
    expect(row).to_contain_text(re.compile(r"\d\.\d"), timeout=PATIENCE)
    lead.look("results")
    lead.go(cycle)
    page.get_by_role("button", name="Start the review").click()
    lead.look("cycle in review")
    lead.go(cycle + "lock/")
    expect(page.locator("main")).to_contain_text("other person has to sign first")
    lead.look("lock, not signed yet")


def _sign(assessor: Walker, cycle: str) -> None:
    page = assessor.page
    button = page.get_by_role("button", name="Sign by name")
    assessor.go(cycle + "sign/")
    assessor.look("sign")
    page.get_by_label("Statement").fill("I have seen the registry.")
    button.click()
    expect(page.locator("main")).to_contain_text("You have signed what is here now")


def _lock(lead: Walker, cycle: str) -> None:
    page = lead.page
    lead.go(cycle + "lock/")
    lead.look("lock")
    page.get_by_role("button", name="Lock this cycle").click()
    expect(page.get_by_text("Nothing of it can change any more")).to_be_visible()
    lead.look("locked cycle")


def _plan(lead: Walker, home: str, cycle: str) -> None:
    page = lead.page
    lead.go(cycle + "gaps/")
    lead.look("gaps")
    page.get_by_role("link", name=re.compile("^Start an initiative")).first.click()
    page.get_by_label("Title").fill("One register for all models")
    page.get_by_label("Why, and how").fill("Teams keep three lists today.")
    lead.look("new initiative")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("One register")
    lead.look("initiative")
    lead.go(home + "plan/")
    expect(page.locator("main")).to_contain_text("One register for all models")
    lead.look("plan")


def _decide_at_a_gate(lead: Walker, home: str) -> None:
    page = lead.page
    lead.go(home + "plan/journey/")
    lead.look("journey")
    page.get_by_role("button", name=re.compile("^Open a review")).first.click()
    page.get_by_role("radio", name="Met", exact=True).first.check()
    lead.look("gate")
    page.get_by_role("button", name="Keep the findings").click()
    page.get_by_label("Conditional go").check()
    page.get_by_label("Reason").fill("One register first.")
    page.get_by_label(re.compile(r"^Condition 1\s*\(")).fill(
        "The register is complete."
    )
    page.get_by_label("Owner of condition 1").select_option(label=assessment.LEAD)
    page.get_by_label("Condition 1 is due").fill("2031-01-31")
    page.get_by_role("button", name="Decide and sign with my name").click()
    expect(page.locator("main")).to_contain_text("Signed by")
    lead.look("gate, decided")


def _download_the_report(lead: Walker, cycle: str, to: Path) -> Path:
    page = lead.page
    lead.go(cycle + "reports/")
    page.get_by_role("button", name="Board report (PDF)").click()
    ready = page.get_by_role("link", name=re.compile("^Download"))
    expect(ready).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as download:
        ready.click()
    download.value.save_as(to)
    return to


def _download_the_result(lead: Walker, cycle: str, to: Path) -> Path:
    page = lead.page
    lead.go(cycle)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the sealed result").click()
    download.value.save_as(to)
    return to


def _everything_holds(
    running: product.Product, cycle: str, report: Path, sealed: Path
) -> None:
    text = "\n".join(page.extract_text() for page in PdfReader(report).pages)
    assert "Harbor Freight Lines" in text
    offline = subprocess.run(
        [sys.executable, "-m", "scoring", "verify", str(sealed)],
        cwd=product.ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert offline.returncode == 0, offline.stdout + offline.stderr
    assert offline.stdout.count("signed: ") == 2
    running.manage("verify_cycle", cycle.rstrip("/").rsplit("/", 1)[-1])
    running.manage("verify_audit")
