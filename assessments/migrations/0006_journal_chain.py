"""The journal becomes a chain: each entry holds the hash of the one before.

Entries that are there already are chained in the order in which they were written.
Further guards: the end of a chain only moves on, entry by entry, and who was asked for
which domain stays as it was in a locked cycle.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import django.db.models.deletion
from django.db import migrations, models

from scoring.sealing import GENESIS, Link

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

first = import_module("assessments.migrations.0002_guards")
second = import_module("assessments.migrations.0004_guards_of_agreement")

HEAD = "The end of a journal only moves on, one entry at a time."

# What the first guards of the journal do not name.
_COLUMNS = (
    "sequence",
    "actor",
    "why",
    "before",
    "after",
    "previous_sha256",
    "sha256",
)
_EVERY = "INSERT OR UPDATE OR DELETE"
_MOVED = "UPDATE OR DELETE"

_FUNCTION = f"""
CREATE FUNCTION guard_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF compel_is_simulated(OLD.workspace_id) THEN RETURN OLD; END IF;
    PERFORM compel_refuse('{HEAD}');
  END IF;
  IF NEW.workspace_id <> OLD.workspace_id OR NEW.sequence <> OLD.sequence + 1 THEN
    PERFORM compel_refuse('{HEAD}');
  END IF;
  RETURN NEW;
END $$
"""


def _sqlite() -> list[str]:
    lite = first._lite  # noqa: SLF001  # the guards belong together
    rewritten = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in _COLUMNS)
    there = (
        "EXISTS (SELECT 1 FROM assessments_journalentry r"
        " WHERE r.workspace_id = NEW.workspace_id AND r.sequence = NEW.sequence)"
    )
    headed = (
        "EXISTS (SELECT 1 FROM assessments_journalhead r"
        " WHERE r.workspace_id = NEW.workspace_id)"
    )
    backwards = (
        "NEW.workspace_id <> OLD.workspace_id OR NEW.sequence <> OLD.sequence + 1"
    )
    real = f"NOT {first._lite_simulated('OLD.workspace_id')}"  # noqa: SLF001
    return [
        lite("chained", "UPDATE", "journalentry", rewritten, first.JOURNAL),
        lite("doubled", "INSERT", "journalentry", there, first.JOURNAL),
        lite("replaced", "INSERT", "journalhead", headed, HEAD),
        lite("updated", "UPDATE", "journalhead", backwards, HEAD),
        lite("deleted", "DELETE", "journalhead", real, HEAD),
        *first._lite_of_a_cycle(  # noqa: SLF001
            "assignment", "OLD.cycle_id", "NEW.cycle_id"
        ),
    ]


def _postgresql() -> list[str]:
    row = "CREATE TRIGGER guard_{0}_rows BEFORE {1} ON assessments_{0} FOR EACH ROW"
    emptied = (
        "CREATE TRIGGER guard_{0}_truncated BEFORE TRUNCATE ON assessments_{0}"
        " FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate()"
    )
    return [
        _FUNCTION,
        f"{row.format('journalhead', _MOVED)} EXECUTE FUNCTION guard_head()",
        # It asks for the cycle of a row, which an assignment has as a scoring does.
        f"{row.format('assignment', _EVERY)} EXECUTE FUNCTION guard_scoring()",
        emptied.format("journalhead"),
        emptied.format("assignment"),
    ]


def statements(vendor: str) -> list[str]:
    """Return the SQL that installs these guards, on top of the earlier ones."""
    return _postgresql() if vendor == "postgresql" else _sqlite()


def removal(vendor: str) -> list[str]:
    """Return the SQL that takes them away; the earlier ones stay."""
    words = [sql.split() for sql in statements(vendor) if "CREATE TRIGGER" in sql]
    if vendor == "postgresql":
        return [
            *(
                f"DROP TRIGGER IF EXISTS {found[2]} ON {found[found.index('ON') + 1]}"
                for found in words
            ),
            "DROP FUNCTION guard_head() CASCADE",
        ]
    return [f"DROP TRIGGER {found[2]}" for found in words]


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


def chain(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Number the entries of each workspace and chain them."""
    entries = apps.get_model("assessments", "JournalEntry").objects
    heads: dict[int, tuple[int, str]] = {}
    for row in entries.order_by("pk").iterator():
        sequence, previous = heads.get(row.workspace_id, (0, GENESIS))
        link = Link(
            workspace=row.workspace_id,
            sequence=sequence + 1,
            at=row.at,
            actor=row.by_id,
            verb=row.verb,
            target=(row.target_kind, row.target_id),
            detail=row.detail,
            why=row.why,
            before=row.before,
            after=row.after,
            previous_sha256=previous,
        )
        entries.filter(pk=row.pk).update(
            sequence=link.sequence,
            actor=link.actor,
            previous_sha256=previous,
            sha256=link.sha256,
        )
        heads[row.workspace_id] = (link.sequence, link.sha256)
    apps.get_model("assessments", "JournalHead").objects.bulk_create(
        apps.get_model("assessments", "JournalHead")(
            workspace_id=workspace_id, sequence=sequence, sha256=sha256
        )
        for workspace_id, (sequence, sha256) in heads.items()
    )
    if schema_editor.connection.vendor == "postgresql":
        # What is checked at commit would keep the tables from being altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    """Chain the journal and guard the chain."""

    dependencies = [("assessments", "0005_notice_tried_at")]

    operations = [
        # Entries are written anew here, and SQLite rebuilds their table.
        migrations.RunPython(second.uninstall, second.install),
        migrations.RunPython(first.uninstall, first.install),
        migrations.CreateModel(
            name="JournalHead",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="journal_head",
                        serialize=False,
                        to="assessments.workspace",
                    ),
                ),
                ("sequence", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="journalentry",
            name="actor",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="sequence",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="previous_sha256",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="journalentry",
            name="sha256",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(chain, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="journalentry",
            name="sequence",
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                fields=["workspace", "target_kind", "target_id"],
                name="assessments_workspa_168951_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                fields=["workspace", "actor"], name="assessments_workspa_5e946f_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.UniqueConstraint(
                fields=("workspace", "sequence"), name="one_entry_per_place_in_chain"
            ),
        ),
        migrations.RunPython(first.install, first.uninstall),
        migrations.RunPython(second.install, second.uninstall),
        migrations.RunPython(install, uninstall),
    ]
