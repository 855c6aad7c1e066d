"""A link by text message: the same questions, once, without typing a secret.

The secret of a link is computed from the city's keys and kept nowhere; only the phone that got
the message holds it. Looking at the page uses nothing up, since phones look ahead by themselves.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.cases.access import may_take
from huiyin.cases.models import Case, Status
from huiyin.cases.moves import locked_case
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official
from huiyin.followup.actions import rate_case
from huiyin.followup.asking import CLOSING, asking_of, ensure_asking, to_ask
from huiyin.followup.models import AnswerLink, Via
from huiyin.followup.plans import words_of
from huiyin.followup.rules import Linking
from huiyin.followup.saying import Said
from huiyin.logbook.actions import record
from huiyin.logbook.receipts import LETTERS, receipt_secret, secret_is_right
from huiyin.notices.actions import tell_resident
from huiyin.notices.models import Notice
from huiyin.notices.queries import has_declined
from huiyin.office.problems import NotAllowed, NotFound, NotPossible

SENDER = "system:call-back"
CODE = 10


@transaction.atomic
def send_link(number: str, *, by: Official | str, at: datetime) -> AnswerLink:
    """Send the resident a link to the three questions; an older link of the round ends."""
    case = locked_case(number)
    if case.status != Status.ANSWERED:
        raise NotPossible(
            _("Only an answered case is called back; this one is %(status)s.")
            % {"status": case.get_status_display()}
        )
    if isinstance(by, Official) and not may_take(CLOSING, case, by=by):
        raise NotAllowed(_("A unit does not call back its own cases; the hotline's callers do."))
    _check_way(case)
    plan = words_of(ensure_asking(case, at=at).plan)
    if plan.link == Linking.OFF:
        raise NotPossible(_("The plan of the call-back sends no links; call the resident."))
    open_links(case, at=at).update(expires_at=at)
    link = AnswerLink.objects.create(
        case=case,
        round_number=case.round_number,
        code="".join(secrets.choice(LETTERS) for _place in range(CODE)),
        sent_at=at,
        sent_by=by if isinstance(by, Official) else None,
        expires_at=at + timedelta(hours=plan.link_hours),
    )
    seat = seat_of(by, case.intake_unit)
    until = link.expires_at
    record("call_back.link_sent", about=number, by=by, at=at, unit=seat, until=until)
    key, facts = f"{number}/link/{link.code}", {"until": until}
    tell_resident("call_back.link", about=number, at=at, key=key, facts=facts)
    return link


def _check_way(case: Case) -> None:
    if not settings.SMS_GATEWAY_URL:
        raise NotPossible(_("This city has no gateway for text messages; call the resident."))
    if case.resident is None or case.resident.phone_index is None:
        raise NotPossible(_("No number was left, so no link can be sent."))
    if has_declined(case.number):
        raise NotPossible(_("The resident wants no text messages; call instead."))


def open_links(case: Case, *, at: datetime) -> QuerySet[AnswerLink]:
    """Links of this round that would still open."""
    rows = AnswerLink.objects.filter(case=case, round_number=case.round_number, used_at=None)
    return rows.filter(expires_at__gt=at)


def secret_of(code: str) -> str:
    """The secret of a link."""
    return receipt_secret(_signed(code))


def address_of(notice: Notice) -> str:
    """The address that stands in the text message: the link, by the code in the notice's key."""
    code = notice.key.rsplit("/", 1)[-1]
    return settings.SITE_URL + reverse("counter:answer", args=[code, secret_of(code)])


def link_with(code: str, secret: str) -> AnswerLink:
    """The link of this code and secret; which of them was wrong nobody learns."""
    link = AnswerLink.objects.select_related("case", "case__unit").filter(code=code).first()
    # A secret is computed even where there is no such code, so that time tells nothing.
    right = secret_is_right(_signed(code[:CODE]), secret)
    if link is None or not right:
        raise NotFound(_("This link is not complete; open it from the text message itself."))
    return link


def why_shut(link: AnswerLink, *, at: datetime) -> str:
    """Why a link takes no answer any more, in a sentence; empty where it does."""
    case = link.case
    if link.used_at is not None:
        return _("You have answered by this link already. Thank you; it is noted.")
    if case.status != Status.ANSWERED or case.round_number != link.round_number:
        return _("This request is no longer waiting for your answer.")
    if link.expires_at <= at:
        return _("This link is over.")
    return ""


@transaction.atomic
def answer_by_link(link: AnswerLink, said: Said, *, at: datetime) -> Case:
    """Keep what a resident says by a link, once."""
    locked_case(link.case.number)
    link = AnswerLink.objects.select_related("case").select_for_update(of=("self",)).get(pk=link.pk)
    shut = why_shut(link, at=at)
    if shut:
        raise NotPossible(shut)
    link.used_at = at
    link.save(update_fields=["used_at"])
    return rate_case(link.case.number, said, at=at, via=Via.SMS)


def without_link(*, at: datetime) -> QuerySet[Case]:
    """Cases to be asked now whose resident got no link in this round."""
    sent = AnswerLink.objects.filter(case=OuterRef("pk"), round_number=OuterRef("round_number"))
    return to_ask(Case.objects.filter(resident__phone_index__isnull=False), at=at).filter(
        ~Exists(sent)
    )


def wants_link_first(case: Case) -> bool:
    """Whether the plan of this round sends the link before anybody calls."""
    row = asking_of(case)
    return row is not None and words_of(row.plan).link == Linking.FIRST


def _signed(code: str) -> str:
    return f"call-back:{code}"
