"""A typed fact of the event contract, upserted by (source, kind, id)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.expressions import RawSQL

from assessments.models.source import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class EventQuerySet(models.QuerySet["Event"]):
    """Events, and the ways to them that an index knows."""

    def named(
        self, *, workspace_id: int, kind: str, names: Iterable[str]
    ) -> EventQuerySet:
        """Return the events of a kind that have one of these ids in a workspace."""
        # By its sources: an identity begins with its source, and so does the index.
        sources = Source.objects.filter(workspace_id=workspace_id).values("pk")
        return self.filter(source__in=sources, kind=kind, external_id__in=names)

    def called(
        self, *, workspace_id: int, kind: str, names: Collection[str]
    ) -> EventQuerySet:
        """Return the events of a kind that have or refer to one of these names."""
        # Two questions put together: for one with an OR, databases read the history.
        rows = self.order_by()
        named = rows.named(workspace_id=workspace_id, kind=kind, names=names)
        referring = rows.referring(kind, names)
        return self.filter(pk__in=named.values("pk").union(referring.values("pk")))

    def referring(self, kind: str, names: Iterable[str]) -> EventQuerySet:
        """Return the events of a kind that refer to one of these names."""
        # No name is empty, and SQLite takes the partial index only if that is said:
        # without it a look reads the whole history.
        return self.filter(kind=kind, refers_to__in=names).exclude(refers_to="")

    def cargo(self) -> EventQuerySet:
        """Return what deployments carry: changes, commits and model versions."""
        # Word for word as the index has it: SQLite does not find it by bound values.
        kinds = "assessments_event.kind IN ('change', 'commit', 'model_version')"
        return self.filter(RawSQL(kinds, (), output_field=models.BooleanField()))  # noqa: S611  # no value of anybody's


class Event(models.Model):
    # Both begin an index below: one of their own would only be written.
    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="events", db_index=False
    )
    service = models.ForeignKey(
        "Service", on_delete=models.CASCADE, related_name="events", db_index=False
    )
    kind = models.CharField(max_length=20)
    # `id` of the contract; the sha for a commit.
    external_id = models.CharField(max_length=250)
    lane = models.CharField(max_length=10, blank=True)
    # When it happened: finished, merged, committed, opened …
    at = models.DateTimeField()
    # The version that a deployment brings or that a model version is, the deployment
    # that an incident names, the commit that a change was merged as; "" for none.
    refers_to = models.CharField(max_length=250, blank=True)
    # When a change, commit or model version first went to production; kept by rollups.
    carried_at = models.DateTimeField(null=True, blank=True)
    # The event as `scoring.events.dump` writes it; the columns above are its index.
    data = models.JSONField()
    raw_record = models.ForeignKey(
        "RawRecord",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        indexes = (
            models.Index(fields=["service", "kind", "at"]),
            # How complete a source is, day by day.
            models.Index(fields=["source", "at"]),
            models.Index(
                fields=["kind", "refers_to"],
                condition=~models.Q(refers_to=""),
                name="event_by_what_it_refers_to",
            ),
            # What is still to be carried is found without reading what was.
            models.Index(
                fields=["service", "carried_at"],
                condition=models.Q(kind__in=["change", "commit", "model_version"]),
                name="event_by_when_it_was_carried",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["source", "kind", "external_id"], name="one_event_per_identity"
            ),
        )
