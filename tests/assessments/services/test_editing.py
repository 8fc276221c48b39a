from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, cast

import pytest
from django.db import models
from django.db.utils import IntegrityError

from assessments.models import Cycle, Edition, JournalEntry
from assessments.queries import edition_parts
from assessments.queries.edition_parts import Kind
from assessments.services import editing, editions, organization
from assessments.services.refusals import Unfit
from scoring import rubric
from tests import factories, frameworks
from tests.factories_editions import draft, edited, part

if TYPE_CHECKING:
    from assessments.models import Workspace
    from scoring.events import Json

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return factories.workspace()


@pytest.fixture
def mine(workspace: Workspace) -> Edition:
    """A draft, copied from the small edition that is shipped."""
    return draft(factories.edition(), workspace)


def add(mine: Edition, kind: Kind, inside: str, **fields: Json) -> None:
    editing.add(
        edition_id=mine.pk,
        workspace_id=cast("int", mine.workspace_id),
        kind=kind,
        inside=inside,
        fields=fields,
        by=factories.person("ada"),
        now=factories.NOW,
    )
    mine.refresh_from_db()


def remove(mine: Edition, kind: Kind, code: str) -> None:
    editing.remove(
        edition_id=mine.pk,
        workspace_id=cast("int", mine.workspace_id),
        kind=kind,
        code=code,
        by=factories.person("ada"),
        now=factories.NOW,
    )
    mine.refresh_from_db()


def move(mine: Edition, code: str, at: int, to: int) -> list[str]:
    editing.move(
        edition_id=mine.pk,
        workspace_id=cast("int", mine.workspace_id),
        kind=Kind.TOPIC,
        code=code,
        at=at,
        to=to,
        by=factories.person("ada"),
        now=factories.NOW,
    )
    mine.refresh_from_db()
    return [topic.code for topic in rubric.parse(mine.document).domain("A").topics]


def discard(edition: Edition, workspace: Workspace) -> None:
    editing.discard(
        edition_id=edition.pk,
        workspace_id=workspace.pk,
        by=factories.person("ada"),
        now=factories.NOW,
    )


# ── copying ────────────────────────────────────────────────────────────────────────


def test_a_copy_is_a_draft_that_differs_in_its_name_only(workspace: Workspace) -> None:
    base = factories.edition()

    copied = draft(base, workspace, version="2", title="Ours")

    assert copied.state == "draft"
    assert copied.based_on == base
    assert copied.document == base.document | {"version": "2", "title": "Ours"}
    assert copied.sha256 == rubric.digest(copied.document)


def test_a_copy_needs_a_version_that_is_not_taken(workspace: Workspace) -> None:
    base = factories.edition()
    draft(base, workspace, version="2")

    for taken in ("1", "2"):
        with pytest.raises(Unfit) as refused:
            draft(base, workspace, version=taken, title="Another title")
        assert refused.value.field_name == "version"
        assert refused.value.sentence == (
            f"There is small {taken} already: choose another version."
        )


def test_a_copy_with_a_name_that_is_none_says_which_part_of_it(
    workspace: Workspace,
) -> None:
    with pytest.raises(editing.Broken) as refused:
        draft(factories.edition(), workspace, key="Not a key", version="2 b")

    assert [field for field, _ in refused.value.defects] == ["key", "version"]


def test_copying_twice_by_a_second_click_gives_the_one_draft(
    workspace: Workspace,
) -> None:
    base = factories.edition()

    assert draft(base, workspace).pk == draft(base, workspace).pk


def test_adding_twice_by_a_second_click_adds_once(mine: Edition) -> None:
    for _click in range(2):
        add(mine, Kind.TOPIC, "B", **frameworks.topic("B.2"))

    assert len(rubric.parse(mine.document).domain("B").topics) == 2


def test_a_part_without_a_code_is_told_so(mine: Edition) -> None:
    with pytest.raises(editing.Broken) as refused:
        add(mine, Kind.TOPIC, "B", **frameworks.topic(""))

    assert ("code", "is missing") in refused.value.defects


def test_a_tag_of_a_publication_is_no_mention_of_a_part(workspace: Workspace) -> None:
    document = frameworks.plain(
        {
            "code": "p",
            "name": "P",
            "domains": [
                frameworks.domain("D", frameworks.topic("D.1")),
                frameworks.domain("own", frameworks.topic("E.1")),
            ],
        }
    )
    mine = draft(factories.edition(document), workspace)

    remove(mine, Kind.DOMAIN, "own")

    assert rubric.parse(mine.document).domain("D").source == ("own",)


def test_a_draft_is_not_copied(workspace: Workspace, mine: Edition) -> None:
    with pytest.raises(editing.NotPublished):
        draft(mine, workspace, version="3")


def test_an_edition_of_another_workspace_is_not_there_to_copy(
    workspace: Workspace,
) -> None:
    elsewhere = factories.workspace("Elsewhere")
    theirs = factories.edition(frameworks.plain(key="theirs"), of=elsewhere)

    with pytest.raises(editions.NotThere):
        draft(theirs, workspace)


# ── changing ───────────────────────────────────────────────────────────────────────


def test_a_changed_field_is_kept_and_nothing_else_moves(mine: Edition) -> None:
    before = copy.deepcopy(mine.document)

    edited(mine, Kind.TOPIC, "A.2", question="Is it done?")

    assert rubric.parse(mine.document).topic("A.2").question == "Is it done?"
    assert mine.sha256 == rubric.digest(mine.document)
    topic = edition_parts.find(mine.document, Kind.TOPIC, "A.2")
    assert topic is not None
    topic.plain["question"] = "How far is this done?"
    assert mine.document == before


def test_an_empty_value_takes_an_optional_field_away(mine: Edition) -> None:
    edited(mine, Kind.TOPIC, "A.3", weight=None)

    assert "weight" not in part(mine, Kind.TOPIC, "A.3").plain


def test_the_same_values_write_nothing(mine: Edition) -> None:
    entries = JournalEntry.objects.count()

    edited(mine, Kind.TOPIC, "A.1", name="Topic A.1", help="", opened="long ago")

    assert JournalEntry.objects.count() == entries


def test_a_change_that_breaks_the_edition_is_told_at_its_field(mine: Edition) -> None:
    levels: Json = {str(level): "" for level in range(1, 6)}

    with pytest.raises(editing.Broken) as refused:
        edited(mine, Kind.TOPIC, "A.1", weight=0, question=" ", levels=levels)

    assert refused.value.defects[:3] == (
        ("question", "is empty"),
        ("weight", "must be above 0, not 0"),
        ("levels", "level 1 needs a sentence"),
    )
    mine.refresh_from_db()
    assert rubric.parse(mine.document).topic("A.1").weight == 1


def test_a_ladder_may_only_ask_for_metrics_that_exist(mine: Edition) -> None:
    ladder = frameworks.ladder("4 days", "3 days", "2 days", "1 day", metric="luck")

    with pytest.raises(editing.Broken) as refused:
        edited(mine, Kind.CRITERION, "A.M1", ladder=ladder)

    field, sentence = refused.value.defects[0]
    assert field == "ladder[0].when[0].metric"
    assert "`luck` is not a metric" in sentence


def test_the_journal_says_what_was_changed_from_what_to_what(mine: Edition) -> None:
    edited(mine, Kind.TOPIC, "A.1", question="Is it done?")

    entry = JournalEntry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.verb, entry.by) == ("edition.edited", factories.person("ada"))
    assert (entry.detail["part"], entry.detail["code"]) == ("topic", "A.1")
    assert entry.before == {"question": "How far is this done?"}
    assert entry.after == {"question": "Is it done?"}


def test_of_two_people_on_one_part_the_second_is_told_and_nothing_is_lost(
    mine: Edition,
) -> None:
    opened = part(mine, Kind.TOPIC, "A.1").digest()
    edited(mine, Kind.TOPIC, "A.1", opened=opened, question="The first?")

    with pytest.raises(editing.Changed):
        edited(mine, Kind.TOPIC, "A.1", opened=opened, question="The second?")

    mine.refresh_from_db()
    assert rubric.parse(mine.document).topic("A.1").question == "The first?"


def test_two_people_edit_different_parts_at_once(mine: Edition) -> None:
    domain = part(mine, Kind.DOMAIN, "A").digest()
    topic = part(mine, Kind.TOPIC, "A.1").digest()

    edited(mine, Kind.TOPIC, "A.1", opened=topic, question="The first?")
    edited(mine, Kind.DOMAIN, "A", opened=domain, purpose="The second.")

    parsed = rubric.parse(mine.document)
    assert parsed.topic("A.1").question == "The first?"
    assert parsed.domain("A").purpose == "The second."


def test_what_the_editor_does_not_know_stays_and_stale_translations_go(
    workspace: Workspace,
) -> None:
    document = frameworks.plain(
        translations={
            "de": {
                "A.1/question": "Wie weit?",
                "A.1/levels/2": "Satz 2.",
                "A.2/question": "Wie weit ist dies?",
            }
        },
        crosswalk=[{"edition": "other", "to": "X", "text": "Near.", "source": "own"}],
    )
    mine = draft(factories.edition(document), workspace)

    edited(mine, Kind.TOPIC, "A.1", question="Is it done?")

    assert mine.document["crosswalk"] == document["crosswalk"]
    assert mine.document["translations"] == {
        "de": {"A.1/levels/2": "Satz 2.", "A.2/question": "Wie weit ist dies?"}
    }


def test_own_words_become_a_publication_when_they_are_cited_first(
    workspace: Workspace,
) -> None:
    document = frameworks.plain(publications=[{"tag": "own", "title": "A book"}])
    text = json.dumps(document).replace('"own"', '"book"')
    mine = draft(factories.edition(json.loads(text)), workspace)

    edited(mine, Kind.TOPIC, "A.1", source=["book", "own"])

    assert rubric.parse(mine.document).publications[-1].title == "Our own words"


def test_a_published_edition_is_not_edited(workspace: Workspace, mine: Edition) -> None:
    editions.publish(
        edition_id=mine.pk, workspace_id=workspace.pk, by=None, now=factories.NOW
    )

    with pytest.raises(editing.NotDraft):
        edited(mine, Kind.TOPIC, "A.1", question="Is it done?")


def test_another_workspace_cannot_touch_a_draft(mine: Edition) -> None:
    elsewhere = factories.workspace("Elsewhere")

    with pytest.raises(editions.NotThere):
        discard(mine, elsewhere)


# ── adding, removing, moving ───────────────────────────────────────────────────────


def test_a_topic_is_added_at_the_end_of_its_domain(mine: Edition) -> None:
    add(mine, Kind.TOPIC, "B", **frameworks.topic("B.2"))

    assert [one.code for one in rubric.parse(mine.document).domain("B").topics] == [
        "B.1",
        "B.2",
    ]


def test_a_domain_is_added_with_its_first_topic(mine: Edition) -> None:
    add(mine, Kind.DOMAIN, "people", **frameworks.domain("E", frameworks.topic("E.1")))

    parsed = rubric.parse(mine.document)
    assert parsed.pillar_of("E").code == "people"
    assert parsed.domain_of("E.1").code == "E"


def test_a_criterion_may_bear_the_code_of_its_own_topic(mine: Edition) -> None:
    add(mine, Kind.CRITERION, "A", **frameworks.criterion("A.2", "A.2"))

    assert rubric.parse(mine.document).criterion("A.2").topic == "A.2"


@pytest.mark.parametrize("code", ["A.1", "A.M1", "C", "process"])
def test_a_code_that_is_taken_is_refused(mine: Edition, code: str) -> None:
    with pytest.raises(Unfit) as refused:
        add(mine, Kind.TOPIC, "B", **frameworks.topic(code))

    assert refused.value.field_name == "code"
    assert "Codes are permanent" in refused.value.sentence


def test_a_code_that_an_earlier_edition_used_is_refused(mine: Edition) -> None:
    remove(mine, Kind.TOPIC, "A.2")

    with pytest.raises(Unfit) as refused:
        add(mine, Kind.TOPIC, "A", **frameworks.topic("A.2"))

    assert "A.2 stands for “Topic A.2” in version 1." in refused.value.sentence


def test_a_topic_that_lacks_something_is_told_at_its_field(mine: Edition) -> None:
    with pytest.raises(editing.Broken) as refused:
        add(mine, Kind.TOPIC, "B", **frameworks.topic("B.2", source=[], question=""))

    assert [field for field, _ in refused.value.defects] == ["question", "source"]


def test_removing_a_topic_takes_along_what_was_bound_to_it(
    workspace: Workspace,
) -> None:
    document = frameworks.plain(
        notes=[
            {
                "code": "n1",
                "title": "Both",
                "text": "About two.",
                "about": ["A.1", "A.2"],
                "source": "own",
            }
        ],
        translations={"de": {"A.1/question": "Wie weit?", "B.1/name": "Thema"}},
        crosswalk=[
            {"of": of, "edition": "other", "to": "X", "text": "Near.", "source": "own"}
            for of in ("A.1", "B.1")
        ],
    )
    mine = draft(factories.edition(document), workspace)

    remove(mine, Kind.TOPIC, "A.1")

    parsed = rubric.parse(mine.document)
    assert [one.code for one in parsed.topics] == ["A.2", "A.3", "B.1", "C.1"]
    assert [one.code for one in parsed.criteria] == ["B.M1"]
    assert parsed.notes[0].about == ("A.2",)
    assert [one.of for one in parsed.crosswalk] == ["B.1"]
    assert parsed.translations == {"de": {"B.1/name": "Thema"}}


def test_removing_a_domain_takes_along_what_rests_on_it(workspace: Workspace) -> None:
    resting = frameworks.domain(
        "D",
        frameworks.topic("D.1"),
        prerequisites=[{"from_level": 3, "domain": "E", "level": 2, "source": "own"}],
    )
    ground = frameworks.domain("E", frameworks.topic("E.1"))
    pillar: frameworks.Row = {"code": "p", "name": "P", "domains": [resting, ground]}
    mine = draft(factories.edition(frameworks.plain(pillar)), workspace)

    remove(mine, Kind.DOMAIN, "E")

    assert rubric.parse(mine.document).domain("D").prerequisites == ()


def test_the_last_topic_of_a_domain_stays(mine: Edition) -> None:
    with pytest.raises(editing.Broken) as refused:
        remove(mine, Kind.TOPIC, "C.1")

    assert refused.value.sentence.startswith("C Domain C would have nothing left")


def test_a_part_that_was_removed_meanwhile_is_said_to_be_gone(mine: Edition) -> None:
    remove(mine, Kind.TOPIC, "A.2")

    with pytest.raises(editing.NoSuchPart):
        remove(mine, Kind.TOPIC, "A.2")


def test_a_topic_moves_among_its_neighbors_once_for_two_clicks(mine: Edition) -> None:
    assert move(mine, "A.3", 2, 1) == ["A.1", "A.3", "A.2"]
    assert move(mine, "A.3", 2, 1) == ["A.1", "A.3", "A.2"]
    assert move(mine, "A.1", 0, -1) == ["A.1", "A.3", "A.2"]


# ── discarding and publishing ──────────────────────────────────────────────────────


def test_a_draft_is_discarded_and_its_base_stays(
    workspace: Workspace, mine: Edition
) -> None:
    discard(mine, workspace)

    assert [one.version for one in Edition.objects.all()] == ["1"]
    assert JournalEntry.objects.filter(verb="edition.discarded").count() == 1


def test_an_edition_in_use_is_not_deleted_and_says_so(
    workspace: Workspace, mine: Edition
) -> None:
    cycle = factories.cycle(workspace, of=mine.based_on)
    Cycle.objects.filter(pk=cycle.pk).update(edition=mine)

    with pytest.raises(editions.InUse) as refused:
        discard(mine, workspace)

    assert "A cycle is assessed against the draft small 2" in refused.value.sentence
    with pytest.raises(models.RestrictedError):
        Edition.objects.get(pk=mine.pk).delete()
    assert Edition.objects.filter(pk=mine.pk).exists()


def test_a_draft_in_use_is_not_edited(workspace: Workspace, mine: Edition) -> None:
    cycle = factories.cycle(workspace, of=mine.based_on)
    Cycle.objects.filter(pk=cycle.pk).update(edition=mine)

    with pytest.raises(editions.InUse):
        edited(mine, Kind.TOPIC, "A.1", question="Is it done?")


def test_a_published_edition_is_never_deleted(
    workspace: Workspace, mine: Edition
) -> None:
    editions.publish(
        edition_id=mine.pk, workspace_id=workspace.pk, by=None, now=factories.NOW
    )

    with pytest.raises(editing.NotDraft) as refused:
        discard(mine, workspace)

    assert "copy it and publish a new version" in refused.value.sentence
    with pytest.raises(IntegrityError):
        Edition.objects.get(pk=mine.pk).delete()


def test_a_draft_that_changed_after_it_was_read_is_not_published(
    workspace: Workspace, mine: Edition
) -> None:
    seen = mine.sha256
    edited(mine, Kind.TOPIC, "A.1", question="Is it done?")

    with pytest.raises(editions.Moved):
        editions.publish(
            edition_id=mine.pk,
            workspace_id=workspace.pk,
            by=None,
            now=factories.NOW,
            seen=seen,
        )

    mine.refresh_from_db()
    assert mine.state == "draft"


def test_a_demonstration_with_copies_of_copies_can_be_removed() -> None:
    home = factories.workspace(simulated=True)
    base = factories.edition()
    for version in ("2", "3"):
        base = draft(base, home, version=version)
        editions.publish(
            edition_id=base.pk, workspace_id=home.pk, by=None, now=factories.NOW
        )

    organization.remove_workspace(workspace_id=home.pk)

    assert [one.version for one in Edition.objects.all()] == ["1"]
