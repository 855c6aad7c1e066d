"""What a mail of a report says: the sentences of its first page, the reader's own units, the files.

No personal data is in it but the reader's own address, and no resident's words.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.reports.issued.issuing import contents_of
from huiyin.reports.issued.models import IssuedReport, ReportMail, ReportReader
from huiyin.reports.issued.readers import secret_of
from huiyin.reports.shown.files import TYPES, file_name, report_file, shown_report
from huiyin.reports.shown.parts import Document
from huiyin.reports.shown.words import NOTHING, name_of, part_of, percent


def letter(mail: ReportMail) -> EmailMessage:
    """One report to one reader, in the language of the reader."""
    report, reader = mail.report, mail.reader
    shown = shown_report(report, reader.language)
    with override(reader.language):
        page, end = _addresses(report, reader)
        message = EmailMessage(
            subject=" ".join(f"{shown.city} {shown.title} {shown.name}{_mark(report)}".split()),
            body="\n\n".join(_paragraphs(report, reader, shown, (page, end))),
            to=[reader.address],
            headers={
                # The same at each try, so that a server that knows it need not deliver twice.
                "Message-ID": f"<report-{report.digest[:32]}-{mail.pk}@{_host()}>",
                "List-Unsubscribe": f"<{end}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
    for form in reader.formats:
        name = file_name(report, reader.language, form)
        message.attach(name, report_file(report, reader.language, form), TYPES[form])
    return message


def _mark(report: IssuedReport) -> str:
    return _(" (correction %(number)d)") % {"number": report.number} if report.number else ""


def _paragraphs(
    report: IssuedReport, reader: ReportReader, shown: Document, addresses: tuple[str, str]
) -> Iterator[str]:
    page, end = addresses
    yield "\n".join([f"{shown.city} · {shown.title} · {shown.name}", shown.window, shown.stand])
    if shown.correction:
        yield "\n".join(shown.correction)
    yield "\n".join(f"- {sentence}" for sentence in shown.sentences)
    codes = set(reader.units.values_list("code", flat=True))
    own = list(_own_units(contents_of(report), codes))
    if own:
        yield "\n".join([_("Your units:"), *own])
    yield _("On the desk: %(address)s") % {"address": page}
    yield _("To get no more of these mails: %(address)s") % {"address": end}
    yield shown.foot


def _own_units(contents: dict[str, Any], codes: set[str]) -> Iterator[str]:
    """A line for each unit of the reader, with n and both figures."""
    rows = [row for group in contents["groups"] for row in group["rows"] if row["code"] in codes]
    for row in [*rows, *(row for row in contents["outside"] if row["code"] in codes)]:
        rates = [
            f"{name_of(part)} {percent(part_of(row['net'], part['code'])['rate'])}"
            for part in contents["caliber"]["parts"]
        ]
        yield _(
            "%(unit)s: received %(received)d, valid call-backs %(n)d (with exclusions %(all)d), "
            "%(rates)s, score %(score)s (with exclusions %(score_all)s)"
        ) % {
            "unit": name_of(row),
            "received": row["received"],
            "n": row["net"]["n"],
            "all": row["all"]["n"],
            "rates": _(", ").join(rates),
            "score": row["net"]["score"] or NOTHING,
            "score_all": row["all"]["score"] or NOTHING,
        }


def _addresses(report: IssuedReport, reader: ReportReader) -> tuple[str, str]:
    page = reverse("desk:report", args=[report.pk])
    end = reverse("desk:end_reports", args=[secret_of(reader)])
    return f"{settings.SITE_URL}{page}", f"{settings.SITE_URL}{end}"


def _host() -> str:
    return settings.SITE_URL.partition("://")[2].partition(":")[0]
