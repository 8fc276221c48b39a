"""What people do in one assessment, each at a browser of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.journeys import product

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from playwright.sync_api import Page

    from tests.journeys.walker import Walker

# A worker takes the work up; on two busy cores that may take its time.
PATIENCE = 60_000
LEAD = product.STAFF
ASSESSOR = "noa.assessor"
# Answers as the page itself sends them, one after the other; says what was refused.
_FILL = """async ({cycle, answers, vantage}) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const refused = [];
  for (const [topic, choice] of Object.entries(answers)) {
    const body = new URLSearchParams({choice, vantage, seen: "0",
      confidence: "high", rationale: "Seen in the last quarter."});
    const answer = await fetch(cycle + "answer/" + topic + "/", {method: "POST", body,
      headers: {"X-CSRFToken": token, "Accept": "application/json"}});
    if (!answer.ok) refused.push([topic, answer.status, await answer.text()]);
  }
  return refused;
}"""


def path_of(address: str) -> str:
    """Return what of an address comes after its host."""
    return urlsplit(address).path


def sign_in(walker: Walker, name: str, password: str) -> None:
    """Sign in with a name and a password."""
    page = walker.page
    walker.go("/accounts/login/")
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def found_a_workspace(lead: Walker, name: str) -> str:
    """Found a workspace that asks for two signatures; return its address."""
    page = lead.page
    sign_in(lead, LEAD, product.PASSWORD)
    lead.go("/workspaces/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile("/w/"))
    home = path_of(page.url)
    lead.go(home + "organization/signatures/")
    page.get_by_role("radio", name=re.compile("[Tt]wo")).check()
    lead.look("signatures")
    page.get_by_role("button", name="Keep").click()
    return home


def add_an_assessor(lead: Walker, home: str) -> str:
    """Let an assessor join; return the first password that is handed over."""
    page = lead.page
    lead.go(home + "members/")
    page.get_by_label("User name or e-mail").fill(ASSESSOR)
    page.get_by_label("Role").select_option("assessor")
    page.get_by_label("Vantage point").select_option("practitioner")
    page.get_by_role("button", name="Add").click()
    lead.look("members")
    return page.locator(".first-password").inner_text()


def come_in(assessor: Walker, home: str, first_password: str) -> None:
    """Sign in with a password that was handed over."""
    sign_in(assessor, ASSESSOR, first_password)
    assessor.page.wait_for_url(re.compile(re.escape(home) + "$"))
    assessor.look("home of an assessor")


def plan_a_cycle(lead: Walker, home: str, title: str, people: Iterable[str]) -> str:
    """Plan a cycle of 18 domains up to its people; return its address."""
    page = lead.page
    lead.go(home + "cycles/new/")
    edition = page.get_by_label("Edition")
    eighteen = edition.locator("option", has_text="18").first.get_attribute("value")
    edition.select_option(eighteen)
    page.get_by_label("Title").fill(title)
    for step in ("domains", "targets", "participants"):
        _onward(page, step)
        lead.look(f"new cycle, {step}")
    cycle = path_of(page.url).removesuffix("participants/")
    for name in people:
        page.get_by_role("link", name="Name people").click()
        page.get_by_label(name, exact=False).first.check()
        _ask_for_everything(page)
        page.get_by_role("button", name="Keep").click()
    return cycle


def invite_by_a_link(lead: Walker, domains: Iterable[str]) -> str:
    """Invite somebody without an account; return the path of the link."""
    page = lead.page
    page.get_by_role("link", name="Invite by a link").click()
    page.get_by_label("E-mail").fill("rui@example.org")
    page.get_by_label("Name").fill("Rui Respondent")
    page.get_by_label("Vantage point").select_option("practitioner")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    for code in domains:
        page.get_by_role("checkbox", name=re.compile(rf"^{code}\b")).check()
    lead.look("invite by a link")
    page.locator("main form .btn-primary").click()
    address = page.locator(".first-password").inner_text()
    lead.look("the link")
    return path_of(address)


def open_for_answers(lead: Walker, cycle: str) -> None:
    """Go through the last steps and open the cycle."""
    page = lead.page
    lead.go(cycle + "participants/")
    lead.look("people of a draft")
    _onward(page, "setup/course")
    _onward(page, "setup/check")
    lead.look("check of the plan")
    page.get_by_role("button", name="Open for answers").click()
    page.wait_for_url(re.compile(re.escape(cycle) + "$"))
    lead.look("cycle")


def _onward(page: Page, step: str) -> None:
    page.locator(".step-buttons .btn-primary").last.click()
    page.wait_for_url(re.compile(f"{step}/$"))


def _ask_for_everything(page: Page) -> None:
    for box in page.get_by_role("checkbox", name=re.compile(r"^D\d+\b")).all():
        box.check()


def topics_of(walker: Walker, cycle: str) -> list[str]:
    """Return the topics of all questions that one is asked."""
    walker.go(cycle + "questions/")
    addresses = walker.page.locator("main a[href*='/answer/D']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    found = (re.search(r"/answer/(D\d+\.\d+)/", one) for one in addresses)
    return sorted({one[1] for one in found if one})


def fill(
    walker: Walker, cycle: str, answers: Mapping[str, str], *, vantage: str
) -> None:
    """Answer through the page's own way of saving, in its own session."""
    refused = walker.page.evaluate(
        _FILL, {"cycle": cycle, "answers": dict(answers), "vantage": vantage}
    )
    assert refused == []


def saved(page: Page) -> None:
    """Wait until the page says that what was answered is saved."""
    expect(page.locator("#save-state")).to_contain_text("Saved")


def title(page: Page, topic: str) -> None:
    """Wait until a question is in focus."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(topic)
