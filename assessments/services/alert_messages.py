"""Messages to channels: a mail, a line for a chat, or plain data for a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import alerts as words
from assessments.models import AlertMessage, ChannelKind, NoticeKind
from assessments.queries import alerts as rows
from assessments.services import credentials, noticing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from assessments.models import Alert, AlertChannel
    from scoring.events import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One alert in a message."""

    alert: Alert
    title: str
    text: str
    address: str

    @property
    def over(self) -> bool:
        """Whether it is told that it ended."""
        return self.alert.resolved_at is not None


def write(
    *,
    channel: AlertChannel,
    now: datetime,
    begun: Sequence[Alert] = (),
    ended: Sequence[Alert] = (),
) -> None:
    """Write a message to a channel, a test if there is nothing to tell."""
    with translation.override(channel.language):
        lines = [_line(one) for one in (*begun, *ended)]
        subject = f"{channel.workspace.name}: {_subject(lines)}"
        place = reverse("alerts", args=[channel.workspace.slug])
        _told, body = noticing.compose(
            "alerts",
            language=channel.language,
            subject=subject,
            channel=channel.name,
            lines=lines,
            address=f"{settings.PUBLIC_URL}{place}",
        )
    mail = channel.kind == ChannelKind.EMAIL
    notice_id = noticing.notify(
        workspace_id=channel.workspace_id,
        kind=NoticeKind.ALERT,
        key=f"alert/{channel.pk}/{now.isoformat()}",
        email=credentials.unseal(channel.address) if mail else "",
        subject=subject,
        body=body,
        now=now,
    )
    if notice_id is not None:
        AlertMessage.objects.create(
            channel=channel,
            notice_id=notice_id,
            payload=_payload(channel, subject, lines, now),
        )


def _line(one: Alert) -> Line:
    told = words.told(one.kind, one.about)
    path = rows.row_of(one).path
    return Line(
        alert=one,
        title=told.title,
        text=told.text,
        address=f"{settings.PUBLIC_URL}{path}",
    )


def _subject(lines: Sequence[Line]) -> str:
    if not lines:
        return _("a test")
    if len(lines) == 1:
        (line,) = lines
        return _("over: {title}").format(title=line.title) if line.over else line.title
    begun = sum(not line.over for line in lines)
    return ", ".join(_counts(begun, len(lines) - begun))


def _counts(begun: int, ended: int) -> Iterator[str]:
    if begun:
        yield ngettext("%(n)s alert", "%(n)s alerts", begun) % {"n": begun}
    if ended:
        yield ngettext("%(n)s is over", "%(n)s are over", ended) % {"n": ended}


# ── for programs ───────────────────────────────────────────────────────────────────


def _payload(
    channel: AlertChannel, subject: str, lines: Sequence[Line], now: datetime
) -> dict[str, Json]:
    match channel.kind:
        case ChannelKind.SLACK:
            return {"text": "\n\n".join(_chat(subject, lines))}
        case ChannelKind.WEBHOOK:
            return {
                "type": "alerts" if lines else "test",
                "workspace": channel.workspace.slug,
                "at": now.isoformat(),
                "alerts": [_data(line) for line in lines],
            }
    return {}


def _chat(subject: str, lines: Sequence[Line]) -> Iterator[str]:
    yield f"*{_escaped(subject)}*"
    for line in lines:
        sign = "✓" if line.over else "⚠"
        title = _escaped(line.title)
        yield f"{sign} <{line.address}|{title}>\n{_escaped(line.text)}"


def _escaped(text: str) -> str:
    """Return a text in which a chat finds no mark of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _data(line: Line) -> Json:
    alert = line.alert
    return {
        "id": alert.pk,
        "kind": alert.kind,
        "state": "resolved" if line.over else "open",
        "opened_at": alert.opened_at.isoformat(),
        "resolved_at": alert.resolved_at.isoformat() if alert.resolved_at else None,
        "title": line.title,
        "text": line.text,
        "url": line.address,
        "about": alert.about,
    }
