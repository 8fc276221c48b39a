"""Every page × every persona: who comes in, who is told to ask, who sees nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from tests.factories import House

pytestmark = pytest.mark.django_db

LEADS = ("ada", "petra")
EVERYBODY = (*LEADS, "noa", "rui", "vera", "sam")
READING = (*LEADS, "noa", "vera", "sam")
ANSWERING = (*LEADS, "noa", "rui")
DECIDING = (*LEADS, "noa")
AUDITING = (*LEADS, "noa", "sam")

# The agreement: each page of a workspace and for whom it opens. Anybody else of the
# workspace is told whom to ask (403); Otto, of another one, learns nothing (404).
DOORS: dict[str, tuple[str, ...]] = {
    "home": EVERYBODY,
    "asked": ANSWERING,
    "domain_finish": ANSWERING,
    "hand_over": ANSWERING,
    # the organization
    "organization": READING,
    "scope_new": LEADS,
    "service_new": LEADS,
    "scope_rename": LEADS,
    "scope_move": LEADS,
    "demo_remove": LEADS,
    "members": LEADS,
    "member": LEADS,
    "member_remove": LEADS,
    "grant_new": LEADS,
    "grant_withdraw": LEADS,
    "api_tokens": EVERYBODY,
    "api_token_revoke": EVERYBODY,
    # editions
    "editions": READING,
    "edition": READING,
    "edition_document": READING,
    "edition_yaml": READING,
    "edition_upload": LEADS,
    "edition_publish": LEADS,
    "edition_copy": LEADS,
    "edition_edit": LEADS,
    "edition_whole": LEADS,
    "edition_part": LEADS,
    "edition_part_add": LEADS,
    "edition_part_remove": LEADS,
    "edition_part_move": LEADS,
    "edition_preview": LEADS,
    "edition_publishing": LEADS,
    "edition_discard": LEADS,
    "edition_compare": READING,
    "edition_diff": READING,
    "edition_diff_json": READING,
    # cycles
    "cycles": READING,
    "cycle": READING,
    "cycle_new": LEADS,
    "cycle_edit": LEADS,
    "cycle_domains": LEADS,
    "cycle_targets": LEADS,
    "cycle_course": LEADS,
    "cycle_check": LEADS,
    "cycle_discard": LEADS,
    "cycle_templates": LEADS,
    "cycle_from_template": LEADS,
    "cycle_template_keep": LEADS,
    "cycle_template_forget": LEADS,
    "cycle_again": LEADS,
    "participants": AUDITING,
    "participant": LEADS,
    "participant_add": LEADS,
    "participant_remove": LEADS,
    "participant_invite": LEADS,
    "participants_everybody": LEADS,
    "participants_remind": LEADS,
    "domain_people": LEADS,
    "invitation_renew": LEADS,
    "invitation_revoke": LEADS,
    "mails_again": LEADS,
    "cycle_open": LEADS,
    "cycle_review": LEADS,
    "cycle_reopen": LEADS,
    "cycle_rhythm": LEADS,
    "cycle_lock": LEADS,
    "cycle_sign": DECIDING,
    "cycle_sign_ask": DECIDING,
    "cycle_correct": LEADS,
    "cycle_changes": READING,
    "cycle_sealed": AUDITING,
    "audit": AUDITING,
    "audit_lines": AUDITING,
    "signature_rule": LEADS,
    "people_names": LEADS,
    "people_key": LEADS,
    "transfer": LEADS,
    "export_new": LEADS,
    "export_file": LEADS,
    "answer_resume": ANSWERING,
    "answer_domain": ANSWERING,
    "answer": ANSWERING,
    "answer_overview": ANSWERING,
    "answer_cards": ANSWERING,
    "answer_at_hand": ANSWERING,
    "answer_shortcuts": ANSWERING,
    "comments": EVERYBODY,
    "comment_withdraw": EVERYBODY,
    "offline": ANSWERING,
    "offline_file": ANSWERING,
    "offline_empty": LEADS,
    "offline_person": LEADS,
    "sheet": ANSWERING,
    "sheet_apply": ANSWERING,
    "sheet_discard": ANSWERING,
    "exports": READING,
    "export": READING,
    "cycle_exports": READING,
    "cycle_export": READING,
    "share_links": LEADS,
    "share_link_revoke": LEADS,
    # results and reports
    "portfolio": READING,
    "portfolio_figure": READING,
    "practices": READING,
    "practices_figure": READING,
    "saved_views": READING,
    "saved_view_new": READING,
    "saved_view_rename": READING,
    "saved_view_delete": READING,
    "heatmap": READING,
    "heatmap_csv": READING,
    "comparison": READING,
    "results": READING,
    "results_freshness": READING,
    "domain_result": READING,
    "domain_figure": READING,
    "what_if": READING,
    "topic_why": READING,
    "criterion": READING,
    "criterion_events": READING,
    "decide": DECIDING,
    "calibration": READING,
    "calibration_topic": READING,
    "topic_settle": DECIDING,
    "topic_take_back": DECIDING,
    "disputes": READING,
    "dispute_open": DECIDING,
    "dispute_resolve": READING,
    "workshop": EVERYBODY,
    "workshop_stage": EVERYBODY,
    "workshop_start": DECIDING,
    "workshop_take_over": DECIDING,
    "workshop_show": DECIDING,
    "workshop_end": DECIDING,
    "workshop_settle": DECIDING,
    "brand": LEADS,
    "reports": READING,
    "report_new": LEADS,
    "report_file": READING,
    "movements": READING,
    "movements_csv": READING,
    # what happens by itself
    "schedules": READING,
    "schedule": READING,
    "schedule_new": LEADS,
    "schedule_edit": LEADS,
    "schedule_pause": LEADS,
    "schedule_resume": LEADS,
    "schedule_run": LEADS,
    "schedule_remove": LEADS,
    "alerts": READING,
    "alert_channel": LEADS,
    "alert_channel_new": LEADS,
    "alert_channel_edit": LEADS,
    "alert_channel_secret": LEADS,
    "alert_channel_test": LEADS,
    "alert_channel_pause": LEADS,
    "alert_channel_resume": LEADS,
    "alert_channel_remove": LEADS,
    # evidence
    "evidence": READING,
    "evidence_new": DECIDING,
    "evidence_piece": EVERYBODY,
    "evidence_file": EVERYBODY,
    "evidence_change": ANSWERING,
    "evidence_withdraw": ANSWERING,
    "evidence_offer": ANSWERING,
    "evidence_attach": DECIDING,
    "evidence_panel": ANSWERING,
    "evidence_add": ANSWERING,
    "evidence_detach": ANSWERING,
    "cycle_evidence": READING,
    # plan, gates, platform
    "gaps": READING,
    "plan": READING,
    "plan_csv": READING,
    "initiative": READING,
    "initiative_new": DECIDING,
    "initiative_edit": DECIDING,
    "initiative_status": DECIDING,
    "journey": READING,
    "gate_open": DECIDING,
    "gate_review": READING,
    "gate_findings": DECIDING,
    "gate_decide": DECIDING,
    "gate_sign": DECIDING,
    "condition_met": READING,
    "platform": READING,
    "capability": READING,
    "capability_new": DECIDING,
    "capability_start": DECIDING,
    "capability_edit": DECIDING,
    "capability_access": DECIDING,
    "capability_remove": DECIDING,
    # telemetry
    "sources": READING,
    "source": READING,
    "source_progress": READING,
    "source_backfill": LEADS,
    "source_backfill_pause": LEADS,
    "source_backfill_resume": LEADS,
    "source_backfill_cancel": LEADS,
    "source_health": READING,
    "source_quarantine": READING,
    "source_quarantine_again": LEADS,
    "source_hook": READING,
    "source_hook_open": LEADS,
    "source_hook_close": LEADS,
    "source_new": LEADS,
    "source_mapping": LEADS,
    "source_mapping_try": LEADS,
    "source_rules": LEADS,
    "source_versions": READING,
    "source_version_back": LEADS,
    "source_table": LEADS,
    "source_credential": LEADS,
    "source_sync": LEADS,
    "source_pause": LEADS,
    "source_resume": LEADS,
    "source_test": LEADS,
    "source_preview": LEADS,
    "source_rules_test": LEADS,
    "source_rules_preview": LEADS,
    "source_token": LEADS,
    "source_remove": LEADS,
    "events_upload": LEADS,
    "event": READING,
    "raw_record": READING,
    "delivery": READING,
    "delivery_figure": READING,
    "delivery_context": READING,
    "deployments": READING,
    "service_levels": READING,
    "service_levels_file": READING,
    "service_levels_read_in": DECIDING,
    "service_level": READING,
    "service_level_file": READING,
    "service_level_figure": READING,
    "service_level_new": DECIDING,
    "service_level_edit": DECIDING,
    "service_level_retire": DECIDING,
    "service_level_weeks": READING,
    "service_level_week": READING,
    "deployment": READING,
    "models": READING,
    "models_csv": READING,
    "model": READING,
    "model_note": LEADS,
}
NOBODY = 2**31 - 1
WORDS = {
    "domain": "D1",
    "topic": "D1.1",
    "criterion": "D1.C1",
    "first": date(2026, 3, 2),
}


def patterns(
    found: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        address = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield address, one
        else:
            yield from patterns(one.url_patterns, address)


PAGES = {
    str(pattern.name): pattern
    for address, pattern in patterns(get_resolver().url_patterns)
    if address.startswith("w/<slug:workspace_slug>/")
}


def address_of(name: str, slug: str) -> str:
    """Return a page's address; the objects in it do not exist."""
    wanted = {
        part
        for _, pattern in patterns(get_resolver().url_patterns)
        if pattern.name == name
        for part in pattern.pattern.converters
    }
    rest = {part: WORDS.get(part, NOBODY) for part in wanted}
    return reverse(name, kwargs=rest | {"workspace_slug": slug})


def ask(client: Client, address: str) -> Answer:
    """Open a page; one that only takes what is sent gets an empty form."""
    answer = client.get(address)
    if answer.status_code == 405:
        answer = client.post(address)
    return answer


def test_the_agreement_names_every_page_and_nothing_else() -> None:
    assert set(DOORS) == set(PAGES)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_for_whom_it_should(
    house: House, sign_in: Callable[[str], Client], name: str
) -> None:
    address = address_of(name, house.slug)
    anonymous = ask(Client(), address)
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith(reverse("account_login"))
    assert ask(sign_in("otto"), address).status_code == 404
    for persona in EVERYBODY:
        status = ask(sign_in(persona), address).status_code
        refused = status == 403
        assert refused == (persona not in DOORS.get(name, ())), (persona, status)
        assert status in {200, 302, 403, 404, 422}, (persona, status)
