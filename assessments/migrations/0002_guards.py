"""Triggers that keep the promises which a constraint cannot.

- A locked cycle, its ratings, decisions, scorings, scores, measurements and proposals
  refuse every write.
- Ratings, decisions and journal entries are only ever added.
- A published edition stays as it was published.
- A workspace never changes between real and simulated; everything of a simulated one
  may be deleted, never rewritten, so that the demonstration can be removed whole.

On SQLite a later migration that rebuilds one of these tables drops its triggers: it has
to install them again. A test compares the triggers in the database with this list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

LOCKED = (
    "This cycle is locked: neither it nor anything that its scores rest on can be"
    " changed. Start a new cycle instead."
)
RATING = "A rating is never changed or removed: a changed mind is a new rating."
DECISION = "A decision is never changed or removed: decide again, the newest counts."
JOURNAL = "The journal is only ever added to."
EDITION = (
    "A published edition can no longer be changed or removed: publish a new version."
)
SIMULATED = "A workspace stays real or simulated for as long as it exists."
MOVED = "A cycle stays in its workspace and keeps its number."
EMPTIED = "This table belongs to a locked cycle of a real workspace: it is kept."

# Tables whose rows hang on a scoring, and with it on a cycle.
SCORED = ("score", "measurement", "proposal")
# Tables that TRUNCATE must leave alone once a real cycle is locked.
KEPT = (
    "workspace",
    "edition",
    "cycle",
    "rating",
    "decision",
    "scoring",
    *SCORED,
    "journalentry",
)

# ── SQLite ─────────────────────────────────────────────────────────────────────────
# REPLACE deletes the row in its way without firing DELETE triggers: hence the checks
# on INSERT for a row that is already there, and on UPDATE for a changed number.


def _lite(name: str, when: str, table: str, condition: str, sentence: str) -> str:
    return (
        f"CREATE TRIGGER guard_{table}_{name} BEFORE {when} ON assessments_{table}"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


def _lite_locked(cycle: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM assessments_cycle c"
        f" WHERE c.id = {cycle} AND c.state = 'locked')"
    )


def _lite_simulated(workspace: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM assessments_workspace w"
        f" WHERE w.id = {workspace} AND w.simulated)"
    )


def _lite_workspace_of(cycle: str) -> str:
    return f"(SELECT workspace_id FROM assessments_cycle WHERE id = {cycle})"


def _lite_cycle_of(scoring: str) -> str:
    return f"(SELECT cycle_id FROM assessments_scoring WHERE id = {scoring})"


def _lite_append_only(table: str, sentence: str) -> list[str]:
    real = f"NOT {_lite_simulated(_lite_workspace_of('OLD.cycle_id'))}"
    there = f"EXISTS (SELECT 1 FROM assessments_{table} r WHERE r.id = NEW.id)"
    return [
        _lite("replaced", "INSERT", table, there, sentence),
        _lite("inserted", "INSERT", table, _lite_locked("NEW.cycle_id"), LOCKED),
        _lite("updated", "UPDATE", table, "1", sentence),
        _lite("deleted", "DELETE", table, real, sentence),
    ]


def _lite_of_a_cycle(table: str, old: str, new: str) -> list[str]:
    """Guard a table whose rows belong to the cycles `old` and `new`."""
    parent = "scoring_id" if table in SCORED else "cycle_id"
    owner = _lite_cycle_of(f"r.{parent}") if parent == "scoring_id" else f"r.{parent}"
    there = (
        f"EXISTS (SELECT 1 FROM assessments_{table} r WHERE r.id = NEW.id"
        f" AND {_lite_locked(owner)})"
    )
    touched = f"{_lite_locked(old)} OR {_lite_locked(new)} OR NEW.id <> OLD.id"
    gone = f"{_lite_locked(old)} AND NOT {_lite_simulated(_lite_workspace_of(old))}"
    return [
        _lite("replaced", "INSERT", table, there, LOCKED),
        _lite("inserted", "INSERT", table, _lite_locked(new), LOCKED),
        _lite("updated", "UPDATE", table, touched, LOCKED),
        _lite("deleted", "DELETE", table, gone, LOCKED),
    ]


def _lite_edition() -> list[str]:
    published = (
        "EXISTS (SELECT 1 FROM assessments_edition e WHERE e.state = 'published'"
        " AND (e.id = NEW.id OR (e.workspace_id IS NEW.workspace_id"
        " AND e.key = NEW.key AND e.version = NEW.version)))"
    )
    real = f"OLD.state = 'published' AND NOT {_lite_simulated('OLD.workspace_id')}"
    return [
        _lite("replaced", "INSERT", "edition", published, EDITION),
        _lite(
            "updated",
            "UPDATE",
            "edition",
            f"OLD.state = 'published' OR NEW.id <> OLD.id OR {published}",
            EDITION,
        ),
        _lite("deleted", "DELETE", "edition", real, EDITION),
    ]


def _lite_journal() -> list[str]:
    columns = ("id", "workspace_id", "at", "verb", "target_kind", "target_id", "detail")
    rewritten = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in columns)
    there = "EXISTS (SELECT 1 FROM assessments_journalentry r WHERE r.id = NEW.id)"
    return [
        _lite("replaced", "INSERT", "journalentry", there, JOURNAL),
        # A person's account may go; what was done stays.
        _lite(
            "updated",
            "UPDATE",
            "journalentry",
            f"NEW.by_id IS NOT NULL OR {rewritten}",
            JOURNAL,
        ),
        _lite(
            "deleted",
            "DELETE",
            "journalentry",
            f"NOT {_lite_simulated('OLD.workspace_id')}",
            JOURNAL,
        ),
    ]


def _lite_cycle() -> list[str]:
    gone = f"OLD.state = 'locked' AND NOT {_lite_simulated('OLD.workspace_id')}"
    moved = "NEW.id <> OLD.id OR NEW.workspace_id <> OLD.workspace_id"
    return [
        _lite("replaced", "INSERT", "cycle", _lite_locked("NEW.id"), LOCKED),
        _lite("updated", "UPDATE", "cycle", "OLD.state = 'locked'", LOCKED),
        _lite("moved", "UPDATE", "cycle", moved, MOVED),
        _lite("deleted", "DELETE", "cycle", gone, LOCKED),
    ]


def _sqlite() -> list[str]:
    flipped = "NEW.simulated <> OLD.simulated OR NEW.id <> OLD.id"
    there = (
        "EXISTS (SELECT 1 FROM assessments_workspace w"
        " WHERE w.id = NEW.id AND w.simulated <> NEW.simulated)"
    )
    statements = [
        _lite("replaced", "INSERT", "workspace", there, SIMULATED),
        _lite("updated", "UPDATE", "workspace", flipped, SIMULATED),
        *_lite_cycle(),
        *_lite_append_only("rating", RATING),
        *_lite_append_only("decision", DECISION),
        *_lite_of_a_cycle("scoring", "OLD.cycle_id", "NEW.cycle_id"),
        *_lite_journal(),
        *_lite_edition(),
    ]
    for table in SCORED:
        statements += _lite_of_a_cycle(
            table,
            _lite_cycle_of("OLD.scoring_id"),
            _lite_cycle_of("NEW.scoring_id"),
        )
    return statements


# ── PostgreSQL ─────────────────────────────────────────────────────────────────────
# KEY SHARE waits for a cycle that is being locked, and makes locking wait for writers
# that have not committed yet: nothing slips in between the hash and the lock.

_FUNCTIONS = f"""
CREATE FUNCTION compel_refuse(sentence text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = sentence, ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION compel_is_locked(cycle bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE found_state text;
BEGIN
  SELECT state INTO found_state FROM assessments_cycle WHERE id = cycle FOR KEY SHARE;
  RETURN COALESCE(found_state = 'locked', false);
END $$;

CREATE FUNCTION compel_is_simulated(workspace bigint) RETURNS boolean LANGUAGE sql AS $$
  SELECT EXISTS (
    SELECT 1 FROM assessments_workspace w WHERE w.id = workspace AND w.simulated
  )
$$;

CREATE FUNCTION compel_workspace_of(cycle bigint) RETURNS bigint LANGUAGE sql AS $$
  SELECT workspace_id FROM assessments_cycle WHERE id = cycle
$$;

CREATE FUNCTION compel_cycle_of(scoring bigint) RETURNS bigint LANGUAGE sql AS $$
  SELECT cycle_id FROM assessments_scoring WHERE id = scoring
$$;

CREATE FUNCTION guard_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.simulated <> OLD.simulated OR NEW.id <> OLD.id THEN
    PERFORM compel_refuse('{SIMULATED}');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION guard_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'locked' AND NOT compel_is_simulated(OLD.workspace_id) THEN
      PERFORM compel_refuse('{LOCKED}');
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.state = 'locked' THEN
    PERFORM compel_refuse('{LOCKED}');
  END IF;
  IF NEW.id <> OLD.id OR NEW.workspace_id <> OLD.workspace_id THEN
    PERFORM compel_refuse('{MOVED}');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION guard_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF compel_is_locked(NEW.cycle_id) THEN PERFORM compel_refuse('{LOCKED}'); END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' AND compel_is_simulated(compel_workspace_of(OLD.cycle_id)) THEN
    RETURN OLD;
  END IF;
  PERFORM compel_refuse(TG_ARGV[0]);
  RETURN NULL;
END $$;

CREATE FUNCTION guard_scoring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND compel_is_locked(NEW.cycle_id) THEN
    PERFORM compel_refuse('{LOCKED}');
  END IF;
  IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
  IF compel_is_locked(OLD.cycle_id) AND NOT (
    TG_OP = 'DELETE' AND compel_is_simulated(compel_workspace_of(OLD.cycle_id))
  ) THEN
    PERFORM compel_refuse('{LOCKED}');
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION guard_scored() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE cycle bigint;
BEGIN
  IF TG_OP <> 'DELETE' AND compel_is_locked(compel_cycle_of(NEW.scoring_id)) THEN
    PERFORM compel_refuse('{LOCKED}');
  END IF;
  IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
  cycle := compel_cycle_of(OLD.scoring_id);
  IF compel_is_locked(cycle) AND NOT (
    TG_OP = 'DELETE' AND compel_is_simulated(compel_workspace_of(cycle))
  ) THEN
    PERFORM compel_refuse('{LOCKED}');
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION guard_journal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept assessments_journalentry%ROWTYPE;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF compel_is_simulated(OLD.workspace_id) THEN RETURN OLD; END IF;
    PERFORM compel_refuse('{JOURNAL}');
  END IF;
  -- A person's account may go; what was done stays.
  kept := NEW;
  kept.by_id := OLD.by_id;
  IF NEW.by_id IS NOT NULL OR kept IS DISTINCT FROM OLD THEN
    PERFORM compel_refuse('{JOURNAL}');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION guard_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'published' AND NOT (
    TG_OP = 'DELETE' AND compel_is_simulated(OLD.workspace_id)
  ) THEN
    PERFORM compel_refuse('{EDITION}');
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION guard_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM assessments_cycle c
    JOIN assessments_workspace w ON w.id = c.workspace_id
    WHERE c.state = 'locked' AND NOT w.simulated
  ) THEN
    PERFORM compel_refuse('{EMPTIED}');
  END IF;
  RETURN NULL;
END $$;
"""

_EVERY = "INSERT OR UPDATE OR DELETE"
# Table, deeds, function with its arguments.
_ROW_TRIGGERS = (
    ("workspace", "UPDATE", "guard_workspace()"),
    ("cycle", "UPDATE OR DELETE", "guard_cycle()"),
    ("rating", _EVERY, f"guard_append_only('{RATING}')"),
    ("decision", _EVERY, f"guard_append_only('{DECISION}')"),
    ("scoring", _EVERY, "guard_scoring()"),
    *((table, _EVERY, "guard_scored()") for table in SCORED),
    ("journalentry", "UPDATE OR DELETE", "guard_journal()"),
    ("edition", "UPDATE OR DELETE", "guard_edition()"),
)


def _postgresql() -> list[str]:
    return [
        _FUNCTIONS,
        *(
            f"CREATE TRIGGER guard_{table}_rows BEFORE {deeds} ON assessments_{table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}"
            for table, deeds, function in _ROW_TRIGGERS
        ),
        *(
            f"CREATE TRIGGER guard_{table}_truncated BEFORE TRUNCATE"
            f" ON assessments_{table} FOR EACH STATEMENT"
            " EXECUTE FUNCTION guard_truncate()"
            for table in KEPT
        ),
    ]


# ── both ───────────────────────────────────────────────────────────────────────────


def statements(vendor: str) -> list[str]:
    """Return the SQL that installs every guard on this database."""
    return _postgresql() if vendor == "postgresql" else _sqlite()


def removal(vendor: str) -> list[str]:
    """Return the SQL that takes the guards away again."""
    if vendor == "postgresql":
        functions = [
            line.split("FUNCTION ", 1)[1].split(" RETURNS", 1)[0]
            for line in _FUNCTIONS.splitlines()
            if line.startswith("CREATE FUNCTION")
        ]
        return [f"DROP FUNCTION {name} CASCADE" for name in reversed(functions)]
    return [f"DROP TRIGGER {sql.split()[2]}" for sql in _sqlite()]


def install(
    apps: StateApps,  # noqa: ARG001  # the signature of RunPython
    schema_editor: BaseDatabaseSchemaEditor,
) -> None:
    """Create the triggers."""
    for sql in statements(schema_editor.connection.vendor):
        schema_editor.execute(sql, None)


def uninstall(
    apps: StateApps,  # noqa: ARG001  # the signature of RunPython
    schema_editor: BaseDatabaseSchemaEditor,
) -> None:
    """Drop the triggers."""
    for sql in removal(schema_editor.connection.vendor):
        schema_editor.execute(sql, None)


class Migration(migrations.Migration):
    """Install the guards."""

    dependencies = [("assessments", "0001_initial")]

    operations = [migrations.RunPython(install, uninstall)]
