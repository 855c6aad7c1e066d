"""The scene in front of all doors: one case, its photo, everybody signed in at their browser."""

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from huiyin.cases.files.attachments import keep_attachment
from huiyin.cases.models import Application, Attachment, Case, Status
from huiyin.cases.papers.applications import Plea, file_application
from huiyin.cases.rules import RESIDENT
from huiyin.departments.models import PostHeld
from huiyin.dispatch.catalogue import start_draft
from huiyin.dispatch.models import CatalogueVersion, Consultation, Opinion
from huiyin.intake.marks import Complaint, file_mark
from huiyin.intake.models import CallerMark
from huiyin.logbook.receipts import receipt
from huiyin.logbook.sealing import seal
from huiyin.notices.actions import tell_unit
from huiyin.notices.models import Notice
from huiyin.replies.bulk import Bulk, start_bulk
from huiyin.replies.models import BulkRun, StandardText
from huiyin.replies.standard_texts import Wording, write_text
from tests.house.answers import ALL, HOLDER, NOBODY, Door
from tests.house.counts import Counts, make_counts
from tests.house.issues import issued_parts
from tests.house.lane import Lane, make_lane, open_link
from tests.house.watch import Watched, make_watched
from tests.makers import NOON, lighting, make_case, minutes
from tests.people import EVERYBODY, chen, lin, ma
from tests.photos import photo
from tools import reference

PATHS = {address.name: address.path for address in reference.addresses()}
BLANK = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Scene:
    """What stands in front of the doors."""

    case: Case
    file: Attachment
    held: PostHeld
    notice: Notice
    lane: Lane
    watched: Watched
    counts: Counts
    issued: dict[str, object]
    text: StandardText
    run: BulkRun
    draft: CatalogueVersion
    opinion: Opinion
    mark: CallerMark
    application: Application
    cookies: dict[str, str]

    def address_of(self, door: Door, **instead: object) -> str:
        """The address of a door, with the parts that this scene gives."""
        parts = {
            "number": self.case.number,
            "file": self.file.pk,
            "step": door.step,
            "rung": "remind",
            "trigger": "overdue",
            "act": door.step,
            "code": "lighting",
            "held": self.held.pk,
            "notice": self.notice.pk,
            "text": self.text.pk,
            "run": self.run.pk,
            "version": self.draft.number,
            "line": 0,
            "asking": 0,
            "secret": "wrong",
            "part": 0,
            "whistle": 0,
            "opinion": self.opinion.pk,
            "mark": self.mark.pk,
            "application": self.application.pk,
            "matter": 1,
            "figure": 0,
            "caliber": "plain",
        }
        parts |= self.issued | self.watched.parts() | self.counts.parts(PATHS[door.name])
        parts |= self.lane.parts(PATHS[door.name]) | instead
        blanks = BLANK.findall(PATHS[door.name])
        return reverse(door.name, kwargs={name: parts[name] for name in blanks})

    def browser_of(self, person: str) -> Client:
        """The browser of a person: signed in, with the receipt, or with nothing."""
        browser = Client()
        browser.cookies.load(self.cookies[person])
        return browser


def make_scene() -> Scene:
    """A case sent to the lighting unit, with a photo of its resident, under one seal."""
    case = make_case(Status.DISPATCHED)
    lamp = SimpleUploadedFile("lamp.jpg", photo(), "image/jpeg")
    seal(at=NOON + minutes(30))
    lane = make_lane()
    return Scene(
        case=case,
        file=keep_attachment(case, lamp, by=RESIDENT, at=NOON),
        cookies={name: _signed_in(name, case, lane).cookies.output(header="") for name in ALL},
        held=PostHeld.objects.get(official=chen()),
        notice=_told(case),
        lane=lane,
        watched=make_watched(),
        counts=make_counts(),
        issued=issued_parts(),
        text=write_text(Wording("路灯已修", "您好。"), by=chen(), at=NOON, unit=lighting()),
        draft=start_draft(by="system:test", at=NOON),
        opinion=_asked(case),
        mark=_marked(case),
        application=_asked_for(case),
        run=start_bulk(Bulk(uuid.uuid4(), "watch", [case.number], {}), by=chen(), at=NOON),
    )


def _marked(case: Case) -> CallerMark:
    """A mark that Ma filed and nobody has ruled on."""
    said = Complaint("blocking", "Three silent calls in an hour.", localdate() + timedelta(days=7))
    return file_mark(case.number, said, by=ma(), at=timezone.now())


def _asked_for(case: Case) -> Application:
    """More time, asked for by the unit; nobody has ruled on it."""
    plea = Plea("extension", "law", "Article 9.", {"until": "2026-06-01T12:00:00+08:00"})
    return file_application(case.number, plea, by=chen(), at=NOON)


def _asked(case: Case) -> Opinion:
    question = "A lamp at the edge of the park: whose is it?"
    asked = Consultation.objects.create(
        case=case, question=question, asked_by=lin(), asked_at=NOON, answer_until=NOON + minutes(60)
    )
    return Opinion.objects.create(consultation=asked, unit=lighting())


def _told(case: Case) -> Notice:
    key = f"{case.number}/scene"
    tell_unit("case.closed", lighting(), about=case.number, at=NOON, key=key)
    return Notice.objects.get(about=case.number, code="case.closed")


def _signed_in(person: str, case: Case, lane: Lane) -> Client:
    browser = Client()
    if person == HOLDER:
        given = {"number": case.number, "secret": receipt(case.number).secret}
        browser.post(reverse("counter:follow"), given)
        open_link(browser, lane)
    elif person != NOBODY:
        official = EVERYBODY[person]()
        browser.force_login(official, backend="huiyin.departments.seating.DeskBackend")
    return browser
