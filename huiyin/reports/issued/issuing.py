"""Issuing a report once, correcting it by number, and proving that it can be made again.

What was issued is never changed or deleted. A correction is a further issue of the same window: it
names why, and each figure that it changes; the earlier one stays readable and is marked.
"""

import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huiyin.counting.calibers.adopting import caliber_of, keep_text
from huiyin.counting.facts.folding import fold
from huiyin.counting.facts.models import Standing
from huiyin.counting.windows import Span, window_of
from huiyin.departments.models import Official, Unit
from huiyin.departments.queries import time_zone_of
from huiyin.logbook.actions import record
from huiyin.office.problems import NotPossible, WrongInput
from huiyin.reports.issued.access import check_issuer
from huiyin.reports.issued.building import Order, build, span_of, window_for
from huiyin.reports.issued.mailing import address_mails
from huiyin.reports.issued.models import IssuedReport
from huiyin.reports.issued.plans import held_plan
from huiyin.reports.issued.rules import (
    LONGEST_REASON,
    MOST_NAMED,
    Change,
    Kind,
    canonical,
    differences,
    digest_of,
)

# They differ in every correction, and change no figure of the window.
MOVES_BY_ITSELF = ("as_of",)
WAITS = "waiting_n"


@transaction.atomic
def issue_report(
    city: Unit, kind: Kind, day: date, *, by: Official | str, at: datetime
) -> IssuedReport:
    """Issue the report of the window in which a day lies, once that window is over."""
    check_issuer(by, city)
    _one_at_a_time(city)
    caliber, span = span_of(city, kind, day)
    if at < span.end:
        end = date_format(span.end.astimezone(time_zone_of(city)), "Y-m-d H:i")
        raise NotPossible(
            _("This time is not over before %(end)s; issue its report then.") % {"end": end}
        )
    known = issues_of(city, kind, span.first).first()
    if known is not None:
        raise NotPossible(
            _("The report of %(name)s has been issued already; if a figure is wrong, correct it.")
            % {"name": span.name}
        )
    plan = held_plan(city, at=at)
    as_of = counted_in(at)
    order = Order(city, kind, span, caliber=caliber, plan=plan, as_of=as_of, stands_at=as_of)
    return _keep(order, build(order), by=by, at=at)


@transaction.atomic
def correct_report(
    report: IssuedReport, reason: str, *, by: Official, at: datetime
) -> IssuedReport:
    """Issue the figures of today for the same window, with the reason and all that changes."""
    check_issuer(by, report.city)
    _one_at_a_time(report.city)
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON:
        raise WrongInput(
            _("Write why the report is corrected, in at most %(most)d signs; every reader sees it.")
            % {"most": LONGEST_REASON}
        )
    latest = issues_of(report.city, Kind(report.kind), report.first).first()
    if latest is None or latest.pk != report.pk:
        raise NotPossible(_("This issue has been corrected already; correct the latest one."))
    order = corrected_order(report, at=at)
    contents = build(order)
    changes = changes_between(contents_of(report), contents)
    if not any(counts_as_changed(change) for change in changes):
        raise NotPossible(_("Today the same figures come out; there is nothing to correct."))
    return _keep(order, contents, by=by, at=at, correction=(report, why, changes))


def corrected_order(report: IssuedReport, *, at: datetime) -> Order:
    """How the report of the same window would be built today."""
    caliber, span = span_of(report.city, Kind(report.kind), report.last)
    if span.first != report.first:
        # Another caliber cuts time otherwise: the window that was issued stays what it is.
        caliber, span = caliber_of(report.caliber_digest), _span_of(report)
    return Order(
        city=report.city,
        kind=Kind(report.kind),
        span=span,
        caliber=caliber,
        plan=held_plan(report.city, at=at),
        as_of=counted_in(at),
        stands_at=datetime.fromisoformat(contents_of(report)["stands_at"]),
    )


def would_change(report: IssuedReport, *, at: datetime) -> list[Change]:
    """What a correction would change today."""
    found = changes_between(contents_of(report), build(corrected_order(report, at=at)))
    return [change for change in found if counts_as_changed(change)]


def made_again(report: IssuedReport) -> dict[str, Any]:
    """The contents of a report, built once more by its own caliber and plan as of its moment."""
    order = Order(
        city=report.city,
        kind=Kind(report.kind),
        span=_span_of(report),
        caliber=caliber_of(report.caliber_digest),
        plan=report.plan,
        as_of=report.as_of,
        stands_at=datetime.fromisoformat(contents_of(report)["stands_at"]),
    )
    return build(order)


def contents_of(report: IssuedReport) -> dict[str, Any]:
    """What was issued; refused where the text no longer has the digest that was issued with it."""
    if digest_of(report.contents) != report.digest:
        raise NotPossible(
            _("The contents of this report do not have the digest with which it was issued; tell "
              "the auditor.")
        )  # fmt: skip
    found: dict[str, Any] = json.loads(report.contents)
    return found


def issues_of(city: Unit, kind: Kind, first: date) -> Any:
    """All issues of one window, the latest first."""
    rows = IssuedReport.objects.filter(city=city, kind=kind, first=first)
    return rows.select_related("city", "plan").order_by("-number")


def changes_between(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Where the contents of two issues differ, but for the moment of the figures."""
    found = differences(old, new)
    return [change for change in found if change.path[0] not in MOVES_BY_ITSELF]


def counts_as_changed(change: Change) -> bool:
    """Whether a change is one of figures: how many still wait changes with every day."""
    return WAITS not in change.path


def counted_in(at: datetime) -> datetime:
    """Count in whatever still waits, and give the moment as of which all of that is known.

    What was folded while others read figures is known from a little later than it was asked for.
    """
    fold(at=at)
    settled = Standing.objects.values_list("settled_at", flat=True).first()
    return max(at, settled) if settled else at


def _span_of(report: IssuedReport) -> Span:
    window = window_for(Kind(report.kind), caliber_of(report.caliber_digest))
    return window_of(window, report.last, zone=time_zone_of(report.city))


def _one_at_a_time(city: Unit) -> None:
    """Whoever else would issue a report of this city waits here; other work does not."""
    Unit.objects.select_for_update(no_key=True).get(pk=city.pk)


def _keep(
    order: Order,
    contents: dict[str, Any],
    *,
    by: Official | str,
    at: datetime,
    correction: tuple[IssuedReport, str, list[Change]] | None = None,
) -> IssuedReport:
    text = canonical(contents)
    before, reason, changes = correction or (None, "", [])
    keep_text(order.caliber, at=at)
    report = IssuedReport.objects.create(
        city=order.city,
        kind=order.kind,
        name=order.span.name,
        first=order.span.first,
        last=order.span.last,
        number=before.number + 1 if before else 0,
        as_of=order.as_of,
        contents=text,
        digest=digest_of(text),
        caliber_code=order.caliber.code,
        caliber_digest=order.caliber.digest,
        plan=order.plan,
        reason=reason,
        changed=[change.as_json() for change in changes[:MOST_NAMED]],
        changes=len(changes),
        issued_at=at,
        issued_by=None if isinstance(by, str) else by,
    )
    record(
        "report.corrected" if before else "report.issued",
        about=about_of(report),
        by=by,
        at=at,
        words={"reason": reason} if reason else None,
        report=report.pk,
        number=report.number,
        digest=report.digest,
        caliber=report.caliber_digest,
        changes=len(changes),
    )
    address_mails(report, at=at)
    return report


def about_of(report: IssuedReport) -> str:
    """Under which name the logbook keeps the issues of one window."""
    return f"report-{report.city.code}-{report.kind}-{report.first}"
