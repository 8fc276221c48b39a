from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, cast

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from assessments.models import Cycle, Edition
from assessments.queries.edition_parts import Kind
from scoring import rubric
from tests import factories, frameworks
from tests.factories_editions import draft, edited, part

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from assessments.forms.edition_part import Part as Form

    SignIn = Callable[[str], Client]

TOPIC = {
    "name": "Topic A.1",
    "question": "How far is this done?",
    "source": ["own"],
    **{f"levels__{level}": f"Sentence {level} of A.1." for level in range(1, 6)},
}


@pytest.fixture
def mine(house: factories.House) -> Edition:
    """A draft, copied from the small edition that is shipped."""
    return draft(factories.edition(), house.workspace, version="2")


@pytest.fixture
def ada(sign_in: SignIn) -> Client:
    return sign_in("ada")


def page(house: factories.House, name: str, *arguments: object) -> str:
    return reverse(name, args=[house.slug, *arguments])


def of_part(house: factories.House, mine: Edition, kind: str, code: str) -> str:
    return page(house, "edition_part", mine.pk, kind, code)


def typed(answer: Answer) -> dict[str, object]:
    """Return what stands in the form of a page, ready to be sent again."""
    form = cast("Form", answer.context["form"])
    values = {field.html_name: field.value() for field in form}
    return {name: "" if one is None else one for name, one in values.items()}


def save(client: Client, address: str, **changes: object) -> Answer:
    """Open a part, change some fields and save, as a browser does."""
    opened = client.get(address)
    fields = opened.context["form"].fields
    values = {
        name: fields[name].prepare_value(value) for name, value in typed(opened).items()
    }
    return client.post(address, {**values, **changes})


def said(answer: Answer) -> str:
    return " ".join(unescape(strip_tags(answer.content.decode())).split())


# ── copying ────────────────────────────────────────────────────────────────────────


def test_a_lead_copies_a_shipped_edition_into_a_draft(
    house: factories.House, ada: Client
) -> None:
    base = factories.edition()
    address = page(house, "edition_copy", base.pk)
    offered = ada.get(address).context["form"].initial
    assert offered == {"title": base.title, "key": "small", "version": "1-1"}

    answer = ada.post(address, offered)

    copied = Edition.objects.get(based_on=base)
    assert answer["Location"] == page(house, "edition_edit", copied.pk)
    assert (copied.workspace, copied.version) == (house.workspace, "1-1")


def test_a_copy_of_an_own_edition_is_offered_the_next_number(
    house: factories.House, ada: Client
) -> None:
    base = factories.edition(frameworks.plain(version="1-1"), of=house.workspace)

    offered = ada.get(page(house, "edition_copy", base.pk)).context["form"].initial

    assert offered["version"] == "1-2"


def test_a_version_that_is_taken_comes_back_with_what_was_typed(
    house: factories.House, ada: Client
) -> None:
    base = factories.edition()

    answer = ada.post(
        page(house, "edition_copy", base.pk),
        {"title": "Ours", "key": "small", "version": "1"},
    )

    assert answer.status_code == 422
    assert "There is small 1 already" in said(answer)
    assert 'value="Ours"' in answer.content.decode()


# ── the outline and its parts ──────────────────────────────────────────────────────


def test_the_outline_marks_what_was_edited(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    edited(mine, Kind.TOPIC, "A.2", question="Is it done?")
    edited(mine, Kind.DOMAIN, "B", weight=2)

    text = said(ada.get(page(house, "edition_edit", mine.pk)))

    assert "A.2 Topic A.2 Meaning A.3 Topic A.3 A.M1" in text
    assert "B Domain B Weight" in text
    assert "3 changes so far" in text


def test_a_topic_is_edited_and_nothing_that_was_not_typed_changes(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    before = mine.sha256
    address = of_part(house, mine, "topic", "A.1")

    answer = save(ada, address)
    assert answer.status_code == 302
    mine.refresh_from_db()
    assert mine.sha256 == before

    save(ada, address, question="Is it done?", levels__3="Half of it.", weight="1.5")

    mine.refresh_from_db()
    topic = rubric.parse(mine.document).topic("A.1")
    assert (topic.question, topic.levels[3]) == ("Is it done?", "Half of it.")
    assert str(topic.weight) == "1.5"
    assert topic.levels[2] == "Sentence 2 of A.1."


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("general", ""),
        ("scale", ""),
        ("scoring", ""),
        ("pillar", "process"),
        ("domain", "D7"),
        ("topic", "D7.2"),
        ("criterion", "C1"),
        ("criterion", "D7.M2"),
    ],
)
def test_saving_a_part_of_a_shipped_edition_unchanged_changes_nothing(
    house: factories.House, ada: Client, kind: str, code: str
) -> None:
    base = factories.edition(dict(frameworks.shipped("compel-18")))
    mine = draft(base, house.workspace, version="own-1")
    address = (
        of_part(house, mine, kind, code)
        if code
        else page(house, "edition_whole", mine.pk, kind)
    )

    answer = save(ada, address)

    assert answer.status_code == 302, said(answer)
    assert Edition.objects.get(pk=mine.pk).sha256 == mine.sha256


def test_what_does_not_fit_comes_back_at_its_field(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = of_part(house, mine, "topic", "A.1")

    answer = save(ada, address, question="", levels__2="", name="Kept", weight="-1")

    form = answer.context["form"]
    assert answer.status_code == 422
    assert set(form.errors) == {"question", "levels__2"}
    assert 'value="Kept"' in answer.content.decode()

    answer = save(ada, address, weight="-1", name="Kept")

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"weight": ["must be above 0, not -1"]}


def test_a_line_of_a_ladder_that_does_not_climb_is_told_at_the_line(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = of_part(house, mine, "criterion", "A.M1")

    answer = save(ada, address, rung_4_0_line="8 days", rung_2_0_line="soon")

    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert "`soon` is no quantity" in errors["rung_2_0_line"][0]

    answer = save(ada, address, rung_4_0_line="8 days")

    assert (
        "less than a level below" in answer.context["form"].errors["rung_4_0_line"][0]
    )


def test_a_line_is_added_to_a_rung_and_another_one_taken_away(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = of_part(house, mine, "criterion", "A.M1")

    save(
        ada,
        address,
        rung_5_1_metric="change_fail_rate",
        rung_5_1_asks="at_most",
        rung_5_1_line="5 percent",
        rung_5_0_metric="",
    )

    mine.refresh_from_db()
    top = rubric.parse(mine.document).criterion("A.M1").ladder[-1]
    assert [one.words for one in top.when] == ["change fail rate at most 5 percent"]


def test_scoring_rules_and_levels_are_edited(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    save(
        ada,
        page(house, "edition_whole", mine.pk, "scoring"),
        minimum_coverage="0.7",
        confidence__low="0.2",
        evidence_standard__sources="3",
    )
    save(
        ada,
        page(house, "edition_whole", mine.pk, "scale"),
        name_2="Second",
        anchors_2="One sign\r\nAnother sign",
    )

    mine.refresh_from_db()
    parsed = rubric.parse(mine.document)
    assert str(parsed.scoring.minimum_coverage) == "0.7"
    assert str(parsed.scoring.confidence["low"]) == "0.2"
    assert parsed.scoring.evidence_standard.sources == 3
    assert parsed.scale.name(2) == "Second"
    assert parsed.scale.levels[1].anchors == ("One sign", "Another sign")


def test_a_number_too_long_to_be_meant_is_refused(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    answer = save(ada, of_part(house, mine, "topic", "A.1"), weight="1e999999999")

    assert answer.status_code == 422
    assert "weight" in answer.context["form"].errors


def test_roles_are_typed_one_a_line(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = of_part(house, mine, "domain", "A")

    answer = save(ada, address, roles="somebody")
    assert "lacks the vantage point or the role" in said(answer)

    save(ada, address, roles="leadership: Head of delivery")

    mine.refresh_from_db()
    (role,) = rubric.parse(mine.document).domain("A").roles
    assert (role.vantage_point, role.role) == ("leadership", "Head of delivery")


# ── two people at once ─────────────────────────────────────────────────────────────


def test_a_conflict_shows_both_texts_and_saving_again_keeps_mine(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = of_part(house, mine, "topic", "A.1")
    opened = typed(ada.get(address))
    edited(mine, Kind.TOPIC, "A.1", question="The other one's?")

    answer = ada.post(address, {**opened, "question": "Mine?", "evidence": ""})

    assert answer.status_code == 409
    assert "Saved now: The other one's?" in said(answer)
    assert "Mine?" in answer.content.decode()

    again = ada.post(address, {**typed(answer), "evidence": ""})

    assert again.status_code == 302
    mine.refresh_from_db()
    assert rubric.parse(mine.document).topic("A.1").question == "Mine?"


def test_what_was_typed_for_a_part_that_is_gone_is_given_back(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = of_part(house, mine, "topic", "A.2")
    opened = typed(ada.get(address))
    ada.post(page(house, "edition_part_remove", mine.pk, "topic", "A.2"))

    answer = ada.post(address, {**opened, "question": "Long thought about?"})

    assert answer.status_code == 409
    assert "somebody removed it" in said(answer)
    assert "Long thought about?" in answer.content.decode()


def test_what_was_typed_for_a_draft_that_is_published_is_given_back(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = of_part(house, mine, "topic", "A.2")
    opened = typed(ada.get(address))
    ada.post(page(house, "edition_publish", mine.pk), {"seen": mine.sha256})

    answer = ada.post(address, {**opened, "question": "Long thought about?"})

    assert answer.status_code == 409
    assert "can no longer be changed" in said(answer)
    assert "Long thought about?" in answer.content.decode()


# ── adding, removing, moving, preview ──────────────────────────────────────────────


def test_a_topic_is_added_under_a_new_code(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = page(house, "edition_part_add", mine.pk, "domain", "B", "topic")

    refused = ada.post(address, TOPIC | {"code": "A.1"})
    assert refused.status_code == 422
    assert "Codes are permanent" in refused.context["forms"][0].errors["code"][0]

    answer = ada.post(address, TOPIC | {"code": "B.2"})

    assert answer["Location"] == of_part(house, mine, "topic", "B.2")
    mine.refresh_from_db()
    assert rubric.parse(mine.document).domain_of("B.2").code == "B"


def test_a_domain_is_added_with_its_first_topic(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = page(house, "edition_part_add", mine.pk, "pillar", "people", "domain")
    sent = {"code": "E", "name": "E", "purpose": "Why.", "source": ["own"]}
    topic = {f"topic-{name}": value for name, value in TOPIC.items()}

    refused = ada.post(address, sent | topic | {"topic-code": "A.1"})
    assert "code" in refused.context["forms"][1].errors

    ada.post(address, sent | topic | {"topic-code": "E.1"})

    mine.refresh_from_db()
    assert rubric.parse(mine.document).pillar_of("E").code == "people"


def test_a_criterion_is_added_with_its_ladder(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = page(house, "edition_part_add", mine.pk, "domain", "C", "criterion")
    lines = dict(zip(range(2, 6), ("9 days", "7 days", "5 days", "1 day"), strict=True))
    sent = {"code": "C.M1", "name": "Pace", "topic": "C.1", "lane": "code"}
    sent |= {"window_days": "90", "source": "own"}
    for level, line in lines.items():
        sent[f"rung_{level}_0_metric"] = "change_lead_time"
        sent[f"rung_{level}_0_asks"] = "at_most"
        sent[f"rung_{level}_0_line"] = line

    answer = ada.post(address, sent)

    assert answer.status_code == 302, said(answer)
    mine.refresh_from_db()
    assert rubric.parse(mine.document).criterion("C.M1").ladder[3].level == 5


@pytest.mark.parametrize(
    ("kind", "code", "what"),
    [
        ("topic", "A.1", "topic"),
        ("domain", "A", "domain"),
        ("general", "x", "pillar"),
        ("domain", "A", "nonsense"),
        ("nonsense", "A", "topic"),
    ],
)
def test_nothing_is_added_where_it_cannot_stand(
    house: factories.House, ada: Client, mine: Edition, kind: str, code: str, what: str
) -> None:
    address = page(house, "edition_part_add", mine.pk, kind, code, what)

    assert ada.get(address).status_code == 404


def test_removing_says_what_it_does_to_trends_and_then_does_it(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = page(house, "edition_part_remove", mine.pk, "topic", "A.2")
    assert "Its trend ends" in said(ada.get(address))

    answer = ada.post(address)

    assert answer["Location"] == of_part(house, mine, "domain", "A")
    assert ada.post(address).status_code == 404
    assert "Removed from this draft Topic A.2" in said(
        ada.get(page(house, "edition_edit", mine.pk))
    )


def test_the_last_topic_is_kept_with_a_sentence(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    answer = ada.post(page(house, "edition_part_remove", mine.pk, "topic", "C.1"))

    assert answer.status_code == 409
    assert "would have nothing left to assess" in said(answer)


def test_a_topic_moves_by_buttons(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = page(house, "edition_part_move", mine.pk, "topic", "A.3")

    answer = ada.post(address, {"at": "2", "to": "1"})
    ada.post(address, {"at": "2", "to": "1"})  # a second click
    ada.post(address, {"at": "one", "to": ""})

    assert answer["Location"] == of_part(house, mine, "domain", "A") + "#topic-A.3"
    mine.refresh_from_db()
    topics = rubric.parse(mine.document).domain("A").topics
    assert [one.code for one in topics] == ["A.1", "A.3", "A.2"]


def test_the_preview_shows_the_question_as_people_will_see_it(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    edited(mine, Kind.TOPIC, "A.1", question="Is it done?", evidence=["A log"])

    answer = ada.get(page(house, "edition_preview", mine.pk, "A.1"))

    text = said(answer)
    for words in ("Is it done?", "Level 3", "Sentence 3 of A.1.", "A log"):
        assert words in text
    assert "I do not know" in text
    main = answer.content.decode().partition("<main")[2].partition("</main")[0]
    assert "<form" not in main


# ── publishing and discarding ──────────────────────────────────────────────────────


def test_publishing_shows_what_changed_and_asks_once(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    edited(mine, Kind.TOPIC, "A.1", question="Is it done?")

    answer = ada.get(page(house, "edition_publishing", mine.pk))

    assert "From then on nobody can change or remove" in said(answer)
    assert "Topic A.1 Topic A.1 in A Domain A" in said(answer)
    ada.post(page(house, "edition_publish", mine.pk), {"seen": mine.sha256})
    mine.refresh_from_db()
    assert mine.state == "published"


def test_a_draft_that_changed_since_it_was_read_is_shown_again(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    seen = mine.sha256
    edited(mine, Kind.TOPIC, "A.1", question="Is it done?")

    answer = ada.post(
        page(house, "edition_publish", mine.pk), {"seen": seen}, follow=True
    )

    assert "Nothing was published" in said(answer)
    mine.refresh_from_db()
    assert mine.state == "draft"


def test_a_draft_is_discarded_after_asking(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    address = page(house, "edition_discard", mine.pk)
    assert "All changes in the draft small 2 are lost" in said(ada.get(address))

    answer = ada.post(address)

    assert answer["Location"] == page(house, "editions")
    assert not Edition.objects.filter(pk=mine.pk).exists()
    assert ada.post(address).status_code == 404  # a second click


def test_a_draft_in_use_stays_and_the_page_says_why(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    cycle = factories.cycle(house.workspace, of=mine.based_on)
    Cycle.objects.filter(pk=cycle.pk).update(edition=mine)
    address = page(house, "edition_discard", mine.pk)

    answer = ada.post(address)

    assert answer.status_code == 409
    assert "Nothing was deleted. A cycle is assessed against the draft" in said(answer)
    assert "1 cycle is assessed against this draft" in said(ada.get(address))


def test_a_published_edition_stays_and_the_page_says_why(
    house: factories.House, ada: Client
) -> None:
    own = factories.edition(of=house.workspace)

    answer = ada.post(page(house, "edition_discard", own.pk))

    assert answer.status_code == 409
    assert "copy it and publish a new version" in said(answer)
    assert Edition.objects.filter(pk=own.pk).exists()


# ── who, and how much ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["rui", "noa", "vera", "sam"])
def test_only_leads_edit(
    house: factories.House, sign_in: SignIn, mine: Edition, name: str
) -> None:
    client = sign_in(name)
    before = mine.sha256

    for address in (
        page(house, "edition_copy", mine.based_on_id),
        of_part(house, mine, "topic", "A.1"),
        page(house, "edition_discard", mine.pk),
        page(house, "edition_part_remove", mine.pk, "topic", "A.2"),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, TOPIC).status_code == 403
    mine.refresh_from_db()
    assert mine.sha256 == before


def test_a_draft_of_another_workspace_is_not_there(
    house: factories.House, ada: Client
) -> None:
    theirs = draft(factories.edition(), house.other)

    for address in (
        page(house, "edition_edit", theirs.pk),
        of_part(house, theirs, "topic", "A.1"),
        page(house, "edition_preview", theirs.pk, "A.1"),
        page(house, "edition_publishing", theirs.pk),
        page(house, "edition_discard", theirs.pk),
    ):
        assert ada.get(address).status_code == 404
    address = of_part(house, theirs, "topic", "A.1")
    assert ada.post(address, TOPIC).status_code == 404
    assert part(theirs, Kind.TOPIC, "A.1").plain["name"] == "Topic A.1"


def test_text_in_a_draft_is_shown_as_text(
    house: factories.House, ada: Client, mine: Edition
) -> None:
    edited(mine, Kind.TOPIC, "A.1", question="<script>alert(1)</script>")

    for address in (
        of_part(house, mine, "topic", "A.1"),
        page(house, "edition_preview", mine.pk, "A.1"),
        page(house, "edition_publishing", mine.pk),
    ):
        assert "<script>alert" not in ada.get(address).content.decode()


def test_the_editor_asks_no_more_queries_for_more_topics(
    house: factories.House, ada: Client, django_assert_max_num_queries: object
) -> None:
    counts = []
    for number in (3, 6):
        topics = [frameworks.topic(f"T.{one}") for one in range(number)]
        pillar: frameworks.Row = {
            "code": "p",
            "name": "P",
            "domains": [frameworks.domain("T", *topics)],
        }
        base = factories.edition(frameworks.plain(pillar, key=f"of-{number}"))
        mine = draft(base, house.workspace)
        for address in (
            page(house, "edition_edit", mine.pk),
            of_part(house, mine, "domain", "T"),
        ):
            ada.get(address)  # parses what is new
            with django_assert_max_num_queries(30) as asked:  # type: ignore[operator]  # a fixture without types
                ada.get(address)
            counts.append(len(asked))

    assert counts[:2] == counts[2:]
