"""A lane in front of the doors: its chief's patrol with a finding, a volunteer and a small deed."""

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huiyin.cases.residents import ResidentData
from huiyin.neighbourhood.models import Chief, Deed, Patrol
from huiyin.neighbourhood.patrols import receive_upload
from huiyin.neighbourhood.tasks import Offer, offer_task, report_done, take_task
from huiyin.neighbourhood.uploads import FindingSaid, PatrolSaid, Upload
from huiyin.neighbourhood.volunteering import Entry, link_secret, register
from tests.makers import lighting
from tests.neighbourhood.ground import chief, lane, place
from tests.people import chen
from tests.photos import photo, upload

# The part of an address before a code or number says of what it is.
BEFORE = re.compile(r"(\w+)/<str:(?:code|number)>")


@dataclass(frozen=True)
class Lane:
    """What the doors of patrols and volunteers lead to."""

    chief: Chief
    patrol: Patrol
    finding_number: str
    deed: Deed

    def parts(self, path: str) -> dict[str, Any]:
        """The parts of an address that this lane gives."""
        before = BEFORE.search(path)
        named = {
            "beats": {"code": self.chief.beat.code},
            "places": {"code": place().code},
            "volunteers": {"code": self.deed.volunteer.code},
            "tasks": {"code": self.deed.task.code},
            "verify": {"number": self.finding_number},
        }
        rest = {
            "chief": self.chief.pk,
            "patrol": self.patrol.pk,
            "deed": self.deed.pk,
            "task": self.deed.task.code,
        }
        return rest | named.get(before[1] if before else "", {})


def make_lane() -> Lane:
    """The lighting unit's lane, walked by Chen, and a deed of a volunteer that is done."""
    now, by = timezone.now(), chen()
    held = chief(by, beat=lane("lamp-lane", unit=lighting()))
    walked = PatrolSaid(uuid.uuid4(), "lamp-lane", now)
    lid = FindingSaid(uuid.uuid4(), now, "The lid of a manhole is loose.")
    kept = receive_upload(Upload(now, walked, [], [lid]), by=by, at=now)
    entry = Entry(ResidentData(name="何邻居", phone="10000005678"), place(), consents=True)
    volunteer = register(entry, unit=lighting(), by=by, at=now)
    hour = timedelta(hours=1)
    offer = Offer("Sweep", "Sweep the lane.", "At the tree", place(), now - hour, now + hour, 3)
    deed = take_task(offer_task(offer, unit=lighting(), by=by, at=now), volunteer, at=now)
    report_done(deed, "Swept.", upload(photo()), at=now)
    return Lane(held, kept.patrol, kept.cases[lid.id], deed)


def open_link(browser: Client, of: Lane) -> None:
    """Open the volunteer's link in a browser."""
    volunteer = of.deed.volunteer
    given = {"number": volunteer.code, "secret": link_secret(volunteer)}
    browser.post(reverse("neighbourhood:enter"), given)
