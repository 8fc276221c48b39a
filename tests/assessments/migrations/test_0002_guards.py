"""What the database itself refuses, by SQL, past every service."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction

from assessments.models import (
    Cycle,
    Decision,
    Edition,
    JournalEntry,
    Measurement,
    Proposal,
    Rating,
    Score,
    Scoring,
    Workspace,
)
from assessments.services import agreeing, organization, rescoring, signing
from tests import factories
from tests.factories import NOW
from tests.guards import statements as every_guard

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.assessments.conftest import Telemetry

pytestmark = pytest.mark.django_db

guards = import_module("assessments.migrations.0002_guards")


@pytest.fixture
def locked(telemetry: Telemetry) -> Cycle:
    """A locked cycle of a real workspace, with rows in every guarded table."""
    return _locked(telemetry, simulated=False)


def _locked(telemetry: Telemetry, *, simulated: bool) -> Cycle:
    ada = factories.person("ada")
    workspace = factories.workspace(led_by=ada, simulated=simulated)
    telemetry.values = {"A.M1": 3600.0}
    cycle = factories.cycle(workspace, by=ada)
    factories.rating(cycle, "A.1", ada, 3)
    rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=NOW)
    agreeing.decide(cycle_id=cycle.pk, criterion="A.M1", verb="accept", by=ada, now=NOW)
    signing.start_review(cycle_id=cycle.pk, by=ada, now=NOW)
    signing.lock(cycle_id=cycle.pk, by=ada, now=NOW)
    return Cycle.objects.get(pk=cycle.pk)


def _sql(statement: str, *values: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def _refused(statement: str, *values: int, says: str) -> None:
    with pytest.raises(IntegrityError, match=says):
        _sql(statement, *values)


_HELD: tuple[tuple[type[Model], str], ...] = (
    (Cycle, "title = 'Another'"),
    (Cycle, "state = 'open'"),
    (Cycle, "content_sha256 = 'forged'"),
    (Rating, "level = 5"),
    (Decision, "level = 5"),
    (Scoring, "card = '[]'"),
    (Score, "agreed = 5"),
    (Measurement, "value = 1"),
    (Proposal, "level = 5"),
)


@pytest.mark.parametrize(("model", "change"), _HELD)
def test_nothing_of_a_locked_cycle_is_updated(
    locked: Cycle, model: type[Model], change: str
) -> None:
    assert model._default_manager.exists()
    _refused(f"UPDATE {model._meta.db_table} SET {change}", says=r"locked|never")


@pytest.mark.parametrize(
    "model", [Cycle, Rating, Decision, Scoring, Score, Measurement, Proposal]
)
def test_nothing_of_a_locked_cycle_is_deleted(
    locked: Cycle, model: type[Model]
) -> None:
    _refused(f"DELETE FROM {model._meta.db_table}", says=r"locked|never")


@pytest.mark.parametrize("model", [Rating, Decision, Scoring])
def test_nothing_is_added_to_a_locked_cycle(locked: Cycle, model: type[Model]) -> None:
    row = model._default_manager.first()
    assert row is not None
    row.pk = None
    row._state.adding = True
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("model", [Score, Measurement, Proposal])
def test_nothing_is_added_to_a_scoring_of_a_locked_cycle(
    locked: Cycle, model: type[Model]
) -> None:
    row = model._default_manager.first()
    assert row is not None
    row.pk = None
    row._state.adding = True
    if hasattr(row, "criterion"):
        row.criterion = "another"
    else:
        row.code = "another"  # type: ignore[attr-defined]  # scores have a code
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        row.save(force_insert=True)


def test_rows_are_moved_neither_into_a_locked_cycle_nor_out_of_it(
    locked: Cycle, telemetry: Telemetry
) -> None:
    other = factories.cycle(locked.workspace, title="Open", of=locked.edition)
    mine = rescoring.rescore(cycle_id=other.pk, trigger="events", now=NOW)
    assert mine is not None
    theirs = locked.scorings.first()
    assert theirs is not None
    table = "UPDATE assessments_scoring SET cycle_id = %s WHERE id = %s"
    _refused(table, locked.pk, mine, says="locked")
    _refused(table, other.pk, theirs.pk, says="locked")
    scores = "UPDATE assessments_score SET scoring_id = %s, code = 'x' WHERE id = %s"
    score = Score.objects.filter(scoring_id=mine).first()
    kept = Score.objects.filter(scoring=theirs).first()
    assert score is not None
    assert kept is not None
    _refused(scores, theirs.pk, score.pk, says="locked")
    _refused(scores, mine, kept.pk, says="locked")


def test_an_open_cycle_keeps_its_ratings_and_decisions_as_they_were(
    telemetry: Telemetry,
) -> None:
    ada = factories.person("ada")
    telemetry.values = {"A.M1": 3600.0}
    cycle = factories.cycle(factories.workspace(led_by=ada))
    factories.rating(cycle, "A.1", ada, 3)
    rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=NOW)
    agreeing.decide(cycle_id=cycle.pk, criterion="A.M1", verb="accept", by=ada, now=NOW)
    for table, says in (
        ("rating", "changed mind is a new rating"),
        ("decision", "decide again"),
    ):
        _refused(f"UPDATE assessments_{table} SET cycle_id = cycle_id", says=says)
        _refused(f"DELETE FROM assessments_{table}", says=says)
    _sql("UPDATE assessments_cycle SET title = 'Renamed'")
    _sql("DELETE FROM assessments_score")


def test_the_journal_is_only_ever_added_to() -> None:
    ada = factories.person("ada")
    factories.workspace(led_by=ada)
    assert JournalEntry.objects.exists()
    _refused("UPDATE assessments_journalentry SET verb = 'x'", says="only ever added")
    _refused("DELETE FROM assessments_journalentry", says="only ever added")
    other = factories.person("rui")
    _refused(
        "UPDATE assessments_journalentry SET by_id = %s", other.pk, says="only ever"
    )
    _refused(
        "UPDATE assessments_journalentry SET by_id = NULL, verb = 'x'",
        says="only ever added",
    )


def test_an_account_may_go_and_the_journal_keeps_what_was_done() -> None:
    factories.workspace(led_by=factories.person("ada"))
    _sql("UPDATE assessments_journalentry SET by_id = NULL")
    assert JournalEntry.objects.filter(by=None).exists()


def test_a_published_edition_stays_as_it_was_published() -> None:
    edition = factories.edition()
    _refused("UPDATE assessments_edition SET title = 'x'", says="publish a new version")
    _refused("DELETE FROM assessments_edition", says="publish a new version")
    assert Edition.objects.get().title == edition.title


def test_a_draft_edition_can_still_be_changed_and_published() -> None:
    edition = factories.edition()
    draft = Edition.objects.get(pk=edition.pk)
    draft.pk = None
    draft._state.adding = True
    draft.version, draft.state = "2", "draft"
    draft.save()
    _sql("UPDATE assessments_edition SET title = 'x' WHERE id = %s", draft.pk)
    _sql("UPDATE assessments_edition SET state = 'published' WHERE id = %s", draft.pk)
    _refused("DELETE FROM assessments_edition WHERE id = %s", draft.pk, says="publish")


def test_a_workspace_stays_real_or_simulated() -> None:
    factories.workspace()
    _refused(
        "UPDATE assessments_workspace SET simulated = NOT simulated",
        says="real or simulated",
    )
    _sql("UPDATE assessments_workspace SET name = 'Renamed'")


def test_a_cycle_stays_in_its_workspace() -> None:
    cycle = factories.cycle(factories.workspace())
    other = factories.workspace("Demo", simulated=True)
    _refused(
        "UPDATE assessments_cycle SET workspace_id = %s WHERE id = %s",
        other.pk,
        cycle.pk,
        says="stays in its workspace",
    )


def test_a_simulated_workspace_goes_whole_with_its_locked_cycle(
    telemetry: Telemetry,
) -> None:
    cycle = _locked(telemetry, simulated=True)
    _refused("UPDATE assessments_cycle SET title = 'x'", says="locked")
    organization.remove_workspace(workspace_id=cycle.workspace_id)
    assert not Workspace.objects.exists()
    assert not Rating.objects.exists()
    assert not JournalEntry.objects.exists()


def test_a_locked_cycle_of_a_real_workspace_holds_its_workspace(locked: Cycle) -> None:
    mine = Workspace.objects.filter(pk=locked.workspace_id)
    refused = pytest.raises(IntegrityError, match=r"locked|never|only ever")
    with refused, transaction.atomic():
        mine.delete()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE")
@pytest.mark.parametrize("table", guards.KEPT)
def test_no_guarded_table_is_truncated_while_a_real_cycle_is_locked(
    locked: Cycle, table: str
) -> None:
    # Deferred foreign keys would refuse it before the guard is asked.
    _sql("SET CONSTRAINTS ALL IMMEDIATE")
    _refused(f"TRUNCATE assessments_{table} CASCADE", says="it is kept")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="INSERT OR REPLACE")
@pytest.mark.parametrize(
    "model", [Cycle, Rating, Decision, Scoring, Score, Measurement, Proposal, Edition]
)
def test_replacing_a_row_is_no_way_around_a_guard(
    locked: Cycle, model: type[Model]
) -> None:
    table = model._meta.db_table
    _refused(
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        says=r"locked|never|publish",
    )
    _refused(
        f"UPDATE OR REPLACE {table} SET id = id + 1000",
        says=r"locked|never|publish|keeps its number",
    )


def test_every_guard_is_in_the_database() -> None:
    wanted = {
        sql.split()[2]
        for sql in every_guard(connection.vendor)
        if sql.startswith("CREATE TRIGGER")
    }
    question = (
        "SELECT tgname FROM pg_trigger"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        there = {name for (name,) in cursor.fetchall()}
    assert wanted
    assert wanted <= there
