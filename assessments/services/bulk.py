"""Many rows in one statement: the one place that writes SQL by hand, and why.

The ORM builds objects, expressions and placeholders for every value of every row, which
takes longer than the database takes to write them. Here whole columns are handed over:
PostgreSQL unfolds arrays, SQLite runs one prepared statement over all rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Model


def upsert(
    model: type[Model],
    columns: Mapping[str, Sequence[object]],
    *,
    identity: Sequence[str],
    keep: bool = False,
) -> None:
    """Write rows given as columns by attribute name; JSON comes as text.

    A row with the same identity is overwritten, or left alone with `keep`. No two rows
    of one call may have the same identity.
    """
    meta = model._meta  # noqa: SLF001  # Django's public way to a model's fields
    fields = {
        field.attname: field
        for field in meta.concrete_fields
        if field.attname in columns
    }
    quote = connection.ops.quote_name
    names = [quote(str(fields[name].column)) for name in columns]
    head = f"INSERT INTO {quote(meta.db_table)} ({', '.join(names)})"
    target = ", ".join(quote(str(fields[name].column)) for name in identity)
    changes = ", ".join(
        f"{name} = excluded.{name}"
        for attname, name in zip(columns, names, strict=True)
        if attname not in identity
    )
    tail = f"ON CONFLICT ({target}) DO " + (
        "NOTHING" if keep else f"UPDATE SET {changes}"
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [fields[name].db_type(connection) for name in columns]
            arrays = ", ".join(f"%s::{_element(kind)}[]" for kind in types)
            # The jsonb column takes text only through a cast of its own.
            picked = ", ".join(f"c{place}::{kind}" for place, kind in enumerate(types))
            given = ", ".join(f"c{place}" for place in range(len(types)))
            cursor.execute(
                f"{head} SELECT {picked} FROM unnest({arrays}) AS rows({given}) {tail}",  # noqa: S608  # the same
                [list(values) for values in columns.values()],
            )
        else:
            holders = ", ".join(["%s"] * len(names))
            adapted = [_adapted(fields[name], columns[name]) for name in columns]
            cursor.executemany(
                f"{head} VALUES ({holders}) {tail}",
                list(zip(*adapted, strict=True)),
            )


def update(
    model: type[Model], column: str, values: Sequence[tuple[object, int]]
) -> None:
    """Set one column of many rows, given as (value, primary key)."""
    if not values:
        return
    meta = model._meta  # noqa: SLF001  # Django's public way to a model's fields
    field = meta.get_field(column)
    quote = connection.ops.quote_name
    table, name = quote(meta.db_table), quote(column)
    wanted = [value for value, _ in values]
    keys = [pk for _, pk in values]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            kind = field.db_type(connection)
            cursor.execute(
                f"UPDATE {table} AS t SET {name} = r.value"  # noqa: S608  # the model's own names
                f" FROM unnest(%s::{kind}[], %s::bigint[]) AS r(value, id)"
                " WHERE t.id = r.id",
                [wanted, keys],
            )
        else:
            pairs = zip(_adapted(field, wanted), keys, strict=True)
            cursor.executemany(
                f"UPDATE {table} SET {name} = %s WHERE id = %s",  # noqa: S608  # the same
                list(pairs),
            )


def _element(kind: str | None) -> str:
    return "text" if kind == "jsonb" else str(kind)


def _adapted(field: Any, values: Sequence[Any]) -> Sequence[Any]:
    if field.get_internal_type() != "DateTimeField":
        return values
    adapt = connection.ops.adapt_datetimefield_value
    return [adapt(value) for value in values]
