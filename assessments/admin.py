"""Looking things up in the tables, for staff; changing nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import BinaryField, ForeignKey, JSONField, TextField

from assessments import models

if TYPE_CHECKING:
    from django.db.models import Field, Model
    from django.http import HttpRequest

# Sealed or hashed, but nobody's business all the same.
_HIDDEN = {"credential", "credential_mark", "push_token_digest", "digest"}
_LONG = (BinaryField, JSONField, TextField)
_MOST_COLUMNS = 7

_LOOKED_UP: tuple[type[Model], ...] = (
    models.Workspace,
    models.Member,
    models.Scope,
    models.Service,
    models.Edition,
    models.Cycle,
    models.Rating,
    models.Decision,
    models.Scoring,
    models.Score,
    models.Source,
    models.Synchronization,
    models.Rejection,
    models.Event,
    models.Report,
    models.JournalEntry,
    models.Heartbeat,
)


class _ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # any model
    """A table without a button that writes."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # Django's signature
        """Refuse: rows are made by services."""
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002  # Django's signature
        obj: Model | None = None,  # noqa: ARG002  # Django's signature
    ) -> bool:
        """Refuse: rows are changed by services."""
        return False

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002  # Django's signature
        obj: Model | None = None,  # noqa: ARG002  # Django's signature
    ) -> bool:
        """Refuse: rows are removed by services."""
        return False


def _is_column(field: Field[object, object]) -> bool:
    return field.name not in _HIDDEN and not isinstance(field, _LONG)


for _model in _LOOKED_UP:
    _fields = _model._meta.fields  # noqa: SLF001  # Django's documented reflection
    _columns = [field.name for field in _fields if _is_column(field)]
    _links = [f.name for f in _fields if isinstance(f, ForeignKey)]
    _room = type(
        f"{_model.__name__}LookUp",
        (_ReadOnly,),
        {
            "list_display": _columns[:_MOST_COLUMNS],
            "list_select_related": _links or False,
            "exclude": tuple(_HIDDEN & {field.name for field in _fields}),
        },
    )
    admin.site.register(_model, _room)
