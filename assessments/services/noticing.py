"""Notices: written once inside the transaction of the deed, sent by a worker."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage, send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Invitation, Notice, Preference, ReportMail
from assessments.queries.notices import MOST_ATTEMPTS
from assessments.services import links, posting, reporting
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

# A mail that failed waits five minutes, then four times as long after each failure:
# the last try is about a day after the first.
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_SUBJECT = 200
_LONGEST_ERROR = 300


def notify(
    *,
    workspace_id: int,
    kind: str,
    key: str,
    subject: str,
    body: str,
    now: datetime,
    person: User | None = None,
    email: str = "",
    cycle_id: int | None = None,
) -> int | None:
    """Keep a notice for a person, or for an address; return its id.

    `key` says what it is about: for the same key nothing is written again, and None
    returned. It goes out once the transaction is committed and a worker comes by.
    """
    notice, made = Notice.objects.get_or_create(
        workspace_id=workspace_id,
        key=key,
        defaults={
            "kind": kind,
            "person": person,
            "email": "" if person else email,
            # A line break in a subject would end the head of the mail.
            "subject": " ".join(subject.split())[:_LONGEST_SUBJECT],
            "body": body,
            "cycle_id": cycle_id,
            "created_at": now,
        },
    )
    return notice.pk if made else None


def compose(
    template: str,
    *,
    person: User | None = None,
    language: str = "",
    **values: object,
) -> tuple[str, str]:
    """Return subject and body of `templates/mail/<template>.txt`, as the reader reads.

    The first line of the template is the subject. What is for many is in a language.
    """
    with translation.override(language or language_of(person)):
        text = render_to_string(f"mail/{template}.txt", values)
    subject, _line, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def language_of(person: User | None) -> str:
    """Return the language that somebody's mails are written in."""
    chosen = Preference.objects.filter(user=person).exclude(language="")
    default: str = translation.get_language() or "en"
    return chosen.values_list("language", flat=True).first() or default


def waiting(*, now: datetime) -> list[int]:
    """Return the notices that are to be tried now, oldest first.

    From a simulated workspace nothing goes out: its people are made up.
    """
    open_ = Notice.objects.filter(
        sent_at=None, attempts__lt=MOST_ATTEMPTS, workspace__simulated=False
    )
    rows = open_.order_by("pk").values_list("pk", "attempts", "tried_at")
    return [
        pk
        for pk, attempts, tried_at in rows
        if tried_at is None or tried_at + _wait(attempts) <= now
    ]


def send(*, notice_id: int, now: datetime) -> bool:
    """Try to send a notice; say whether it went out.

    The attempt is counted before the mail is handed over, so that two workers never
    send the same attempt; a worker that dies in between leaves it for the next try.
    """
    notice = Notice.objects.select_related("person").get(pk=notice_id)
    if notice.sent_at is not None or not _claimed(notice, now):
        return False
    try:
        if not posting.posted(notice=notice, now=now):
            _mail(notice, now)
    except Refusal as refusal:
        _give_up(notice, refusal.sentence)
        return False
    except posting.Unsent as failure:
        _note(notice, str(failure))
        return False
    except (SMTPException, OSError, ValueError) as failure:
        _note(notice, f"{type(failure).__name__}: {failure}")
        return False
    Notice.objects.filter(pk=notice_id).update(sent_at=now, error="")
    return True


def _mail(notice: Notice, now: datetime) -> None:
    address = _address(notice)
    if not address:
        raise Refusal(_("There is no e-mail address on this account."))
    body = links.filled(
        notice.body, cycle_id=notice.cycle_id, email=notice.email, now=now
    )
    if not (enclosed := _enclosed(notice)):
        send_mail(notice.subject, body, None, [address])
        return
    mail = EmailMessage(notice.subject, body, None, [address])
    mail.attach(enclosed.name, enclosed.body, enclosed.media_type)
    mail.send()


def _enclosed(notice: Notice) -> reporting.Finished | None:
    """Return the report that goes along; the mail says where it is kept, too."""
    brings = ReportMail.objects.filter(notice=notice, attached=True)
    report_id = brings.values_list("report_id", flat=True).first()
    return reporting.file_of(report_id=report_id) if report_id else None


@transaction.atomic
def try_again(*, cycle_id: int) -> int:
    """Let notices of a cycle that could not be sent be tried anew; return how many."""
    failed = Notice.objects.filter(cycle_id=cycle_id, sent_at=None, attempts__gt=0)
    return failed.update(attempts=0, tried_at=None)


def _address(notice: Notice) -> str:
    """Return where a notice goes: a guest's address is the one that was invited."""
    if notice.person is None or notice.person.email:
        return notice.person.email if notice.person else notice.email
    links_of = Invitation.objects.filter(person=notice.person).order_by("-pk")
    return links_of.values_list("email", flat=True).first() or ""


def _claimed(notice: Notice, now: datetime) -> bool:
    mine = Notice.objects.filter(
        pk=notice.pk, sent_at=None, attempts=notice.attempts
    ).exclude(attempts__gte=MOST_ATTEMPTS)
    return bool(mine.update(attempts=F("attempts") + 1, tried_at=now))


def _note(notice: Notice, error: str) -> None:
    Notice.objects.filter(pk=notice.pk).update(error=error[:_LONGEST_ERROR])


def _give_up(notice: Notice, sentence: str) -> None:
    Notice.objects.filter(pk=notice.pk).update(attempts=MOST_ATTEMPTS)
    _note(notice, sentence)


def _wait(attempts: int) -> timedelta:
    return _FIRST_WAIT * int(4 ** (attempts - 1))
