"""Editions: taken in, checked whole, published once and never changed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Cycle, Edition, EditionState
from assessments.services import documents, journal
from assessments.services.refusals import Refusal
from scoring import metrics, rubric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from assessments.services.documents import Document
    from scoring.events import Json


class Defective(Refusal):
    """A document is no edition; `defects` are sentences, each with its place."""

    def __init__(self, defects: Sequence[str]) -> None:
        self.defects = tuple(defects)
        super().__init__(
            _("This is not an edition yet: %(defects)s")
            % {"defects": "; ".join(self.defects)}
        )


class Frozen(Refusal):
    """An edition of this key and version is published with another content."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(
            _(
                "%(key)s %(version)s is already published with other content"
                " (%(hash)s…). A published edition never changes: give the document a"
                " new version."
            )
            % {
                "key": edition.key,
                "version": edition.version,
                "hash": edition.sha256[:12],
            }
        )


class Shipped(Refusal):
    """The key and version belong to an edition that every workspace has."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(
            _(
                "%(key)s %(version)s comes with the product. Give your document a key"
                " of its own, for example %(key)s-own."
            )
            % {"key": edition.key, "version": edition.version}
        )


class InUse(Refusal):
    """A draft is assessed already, so it cannot be replaced."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(
            _(
                "A cycle is assessed against the draft %(key)s %(version)s, so it stays"
                " as it is. Give the document a new version."
            )
            % {"key": edition.key, "version": edition.version}
        )


class Moved(Refusal):
    """The draft is no longer the one that was looked at before publishing."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed the draft after you opened this page. Nothing was"
                " published: read what changed, then publish again."
            )
        )


class NotThere(Refusal):
    """There is no such edition in this workspace."""

    def __init__(self) -> None:
        super().__init__(_("There is no such edition in this workspace."))


def check(document: Mapping[str, Json]) -> rubric.Edition:
    """Return the edition in a plain document; raises `Defective`."""
    try:
        return rubric.parse(document, gauges=metrics.METRICS)
    except rubric.Defects as found:
        raise Defective([str(defect) for defect in found.defects]) from found


def read(source: str | bytes) -> Document:
    """Read and check a text; raises `Unreadable` or `Defective` with line numbers."""
    document = documents.read(source)
    try:
        rubric.parse(document.plain, gauges=metrics.METRICS)
    except rubric.Defects as found:
        in_order = sorted(
            found.defects, key=lambda one: document.line_of(one.place) or 0
        )
        raise Defective([document.located(one) for one in in_order]) from found
    return document


@transaction.atomic
def load(
    *,
    document: Mapping[str, Json],
    workspace_id: int | None,
    publish: bool,
    now: datetime,
    by: AbstractBaseUser | None = None,
) -> int:
    """Take in an edition and return its id; the same document again changes nothing.

    Without a workspace it is one that the product ships. A draft is replaced by a later
    document of its key and version; a published edition never is.
    """
    edition = check(document)
    sha256 = rubric.digest(document)
    found = _found(edition, workspace_id, sha256)
    if found is None:
        found = Edition.objects.create(
            workspace_id=workspace_id,
            key=edition.key,
            version=edition.version,
            title=edition.title,
            sha256=sha256,
            document=dict(document),
            state=EditionState.DRAFT,
        )
        _record("edition.loaded", found, by=by, now=now)
    elif found.sha256 != sha256:
        _replace(found, edition, document, sha256)
        _record("edition.replaced", found, by=by, now=now)
    if publish:
        _publish(found, by=by, now=now)
    return found.pk


@transaction.atomic
def publish(
    *,
    edition_id: int,
    workspace_id: int,
    by: AbstractBaseUser | None,
    now: datetime,
    seen: str = "",
) -> None:
    """Publish a workspace's own draft: from then on it never changes.

    `seen` is the hash of the draft that the publisher has read, where there is one.
    """
    found = (
        Edition.objects.select_for_update()
        .filter(pk=edition_id, workspace_id=workspace_id)
        .first()
    )
    if found is None:
        raise NotThere
    if seen and seen != found.sha256:
        raise Moved
    _publish(found, by=by, now=now)


def _found(
    edition: rubric.Edition, workspace_id: int | None, sha256: str
) -> Edition | None:
    named = Edition.objects.select_for_update().filter(
        key=edition.key, version=edition.version
    )
    shipped = named.filter(workspace=None).first()
    if workspace_id is None:
        return shipped
    if shipped is not None and shipped.sha256 != sha256:
        raise Shipped(shipped)
    return shipped or named.filter(workspace_id=workspace_id).first()


def _replace(
    found: Edition, edition: rubric.Edition, document: Mapping[str, Json], sha256: str
) -> None:
    if found.state == EditionState.PUBLISHED:
        raise Frozen(found)
    if Cycle.objects.filter(edition=found).exists():
        raise InUse(found)
    found.title = edition.title
    found.document = dict(document)
    found.sha256 = sha256
    found.save(update_fields=["title", "document", "sha256"])


def _publish(found: Edition, *, by: AbstractBaseUser | None, now: datetime) -> None:
    draft = Edition.objects.filter(pk=found.pk, state=EditionState.DRAFT)
    if draft.update(state=EditionState.PUBLISHED, published_at=now):
        _record("edition.published", found, by=by, now=now)


def _record(
    verb: str, found: Edition, *, by: AbstractBaseUser | None, now: datetime
) -> None:
    if found.workspace_id is None:
        return  # shipped: it happened in no workspace
    journal.record(
        workspace_id=found.workspace_id,
        verb=verb,
        target=("edition", found.pk),
        by=by,
        at=now,
        detail={
            "key": found.key,
            "version": found.version,
            "sha256": found.sha256,
        },
    )
