"""One mail for a report and a reader: queued, tried with growing pauses, sent once or never.

A mail is marked as leaving before it is handed over. Where the server took no decision that we
know of (the line broke, the worker was killed), it may have arrived: it is never sent again by
itself, and stands in the list as not known until somebody decides.
"""

import smtplib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.departments.models import Official
from huiyin.logbook.actions import record
from huiyin.office.problems import NotPossible, OutsideProblem
from huiyin.reports.issued.access import check_issuer
from huiyin.reports.issued.models import IssuedReport, ReportMail, ReportReader, Stage
from huiyin.reports.issued.readers import current_readers
from huiyin.reports.issued.rules import LOST

AT_ONCE = 200
# A mail that waits for longer is no news any more and is not sent by itself.
STALE = timedelta(days=3)
UNDER_WAY = (Stage.QUEUED, Stage.LEAVING)


class NotTaken(OutsideProblem):
    """A mail that the server did not take, and we know it."""

    def __init__(self, answer: str, *, permanent: bool) -> None:
        super().__init__(_("The mail server did not take the mail."), permanent=permanent)
        self.answer = answer


class Carrier(Protocol):
    """Hands a mail over. Raises NotTaken where the server refused it, anything else if unknown."""

    def carry(self, message: EmailMessage) -> None:
        """Hand one mail over."""


class DjangoCarrier:
    """Through the mail server that the settings name."""

    def carry(self, message: EmailMessage) -> None:
        """Open a connection first: what fails there has surely not been sent."""
        connection = get_connection()
        try:
            connection.open()
        except (smtplib.SMTPException, OSError) as problem:
            raise NotTaken(_answer(problem), permanent=False) from None
        try:
            message.connection = connection
            message.send()
        except smtplib.SMTPRecipientsRefused as refused:
            code = next((code for code, _words in refused.recipients.values()), 550)
            raise NotTaken(str(code), permanent=code >= 500) from None
        except smtplib.SMTPResponseException as refused:
            raise NotTaken(str(refused.smtp_code), permanent=refused.smtp_code >= 500) from None
        finally:
            _close(connection)


def address_mails(report: IssuedReport, *, at: datetime) -> int:
    """Write down one mail for each reader of this kind of report, in the step that issues it."""
    if not settings.MAIL_SERVER:
        return 0
    readers = [r for r in current_readers(report.city) if report.kind in r.kinds]
    mails = [ReportMail(report=report, reader=reader, last_at=at) for reader in readers]
    ReportMail.objects.bulk_create(mails, ignore_conflicts=True)
    return len(mails)


@transaction.atomic
def queue_mails(*, at: datetime, defer: Callable[[int], object]) -> int:
    """Hand the waiting mails to the worker, each once, in the transaction that marks them."""
    rows = ReportMail.objects.select_for_update(skip_locked=True)
    waiting = rows.filter(stage=Stage.WAITING).order_by("pk")
    keys = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    ReportMail.objects.filter(pk__in=keys).update(stage=Stage.QUEUED, last_at=at)
    for key in keys:
        defer(key)
    return len(keys)


@transaction.atomic
def look_after_lost(*, at: datetime) -> int:
    """What a killed worker left behind: not yet leaving, it waits again; leaving, nobody knows."""
    rows = ReportMail.objects.filter(last_at__lt=at - LOST)
    unclear = rows.filter(stage=Stage.LEAVING).update(stage=Stage.UNCLEAR, answer="lost")
    # Longer than all pauses between the tries of one mail together.
    older = ReportMail.objects.filter(stage=Stage.QUEUED, last_at__lt=at - 12 * LOST)
    return unclear + older.update(stage=Stage.WAITING, last_at=at)


def send_mail(
    pk: int,
    written: Callable[[ReportMail], EmailMessage],
    *,
    at: datetime,
    through: Carrier,
    is_last: bool,
) -> str:
    """Try once to send a mail; a passing refusal is raised, so that the worker tries again."""
    mail = _claimed(pk, at=at)
    if mail is None:
        return ""
    if mail.stage == Stage.UNWANTED:
        return Stage.UNWANTED
    try:
        message = written(mail)
    except BaseException:
        # Nothing has left the house; a mended fault lets it go.
        _ended(mail, Stage.QUEUED, at=at, answer="not written")
        raise
    try:
        through.carry(message)
    except NotTaken as refused:
        is_over = refused.permanent or is_last
        _ended(mail, Stage.FAILED if is_over else Stage.QUEUED, at=at, answer=refused.answer)
        if is_over:
            return Stage.FAILED
        raise
    except (smtplib.SMTPException, OSError) as broken:
        _ended(mail, Stage.UNCLEAR, at=at, answer=_answer(broken))
        return Stage.UNCLEAR
    _ended(mail, Stage.SENT, at=at, answer="")
    return Stage.SENT


@transaction.atomic
def send_again(report: IssuedReport, keys: Iterable[int], *, by: Official, at: datetime) -> int:
    """Let mails that failed, or of which nobody knows, wait once more: a person answers for it."""
    check_issuer(by, report.city)
    if not settings.MAIL_SERVER:
        raise NotPossible(_("No mail server is named in the settings; nothing can be sent."))
    rows = ReportMail.objects.select_for_update().filter(report=report, pk__in=list(keys))
    open_keys = list(
        rows.filter(stage__in=[Stage.FAILED, Stage.UNCLEAR], reader__ended_at=None).values_list(
            "pk", flat=True
        )
    )
    ReportMail.objects.filter(pk__in=open_keys).update(stage=Stage.WAITING, last_at=at, answer="")
    if open_keys:
        record(
            "report.sent_again",
            about=f"report-{report.city.code}-{report.kind}-{report.first}",
            by=by, at=at, report=report.pk, mails=len(open_keys),
        )  # fmt: skip
    return len(open_keys)


@transaction.atomic
def _claimed(pk: int, *, at: datetime) -> ReportMail | None:
    """Mark a mail as leaving and give it; None where another worker has it or it has ended."""
    rows = ReportMail.objects.select_for_update(of=("self",), skip_locked=True)
    mail = rows.select_related("report__city", "reader").filter(pk=pk, stage=Stage.QUEUED).first()
    if mail is None:
        return None
    is_wanted = ReportReader.objects.filter(pk=mail.reader_id, ended_at=None).exists()
    is_fresh = mail.tries > 0 or mail.last_at > at - STALE
    mail.stage = Stage.LEAVING if is_wanted and is_fresh else Stage.UNWANTED
    mail.tries += 1
    mail.last_at = at
    mail.save(update_fields=["stage", "tries", "last_at"])
    return mail


def _ended(mail: ReportMail, stage: Stage, *, at: datetime, answer: str) -> None:
    rows = ReportMail.objects.filter(pk=mail.pk, stage=Stage.LEAVING)
    rows.update(stage=stage, last_at=at, answer=answer[:40])


def _answer(problem: Exception) -> str:
    code = getattr(problem, "smtp_code", None)
    return str(code) if code else type(problem).__name__


def _close(connection: object) -> None:
    try:
        connection.close()  # type: ignore[attr-defined]
    except (smtplib.SMTPException, OSError):
        # What was taken is taken, however the server says good-bye.
        return
