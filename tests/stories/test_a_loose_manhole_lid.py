"""罗巷长 finds a loose lid; it is mended badly, then well; he looks on site both times."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from huiyin.cases.models import Attachment, Case, Round, Status
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from tests.desk.visits import at_desk, press, text
from tests.makers import hotline
from tests.neighbourhood.ground import chief, luo
from tests.people import chen, lighting, lin, sun
from tests.photos import photo

pytestmark = pytest.mark.django_db
KEY = "6f1f9a52-7a0e-4f0e-8d0b-00000000000d"


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path):
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path / "attachments"


def shot() -> SimpleUploadedFile:
    return SimpleUploadedFile("lid.jpg", photo(), "image/jpeg")


def test_a_finding_comes_back_to_the_patroller_until_it_is_mended():
    hotline()
    chief()
    patroller, officer = at_desk(luo()), at_desk(chen())
    number = found(patroller)
    press(at_desk(lin()), number, "dispatch", unit=lighting().pk)
    press(officer, number, "accept")
    press(officer, number, "answer", resident_told="", reply="已紧固井盖。")
    # No resident asked, so nobody calls anybody back.
    assert number not in text(at_desk(sun()).get(reverse("desk:call_back_queue")))
    looked(patroller, number, solved="no", words="车过仍响。")
    case = Case.objects.get(number=number)
    assert (case.status, case.round_number, case.unit) == (Status.DISPATCHED, 2, lighting())
    press(officer, number, "accept")
    press(officer, number, "answer", resident_told="", reply="已更换井盖。")
    looked(patroller, number, solved="yes")
    case.refresh_from_db()
    assert case.status == Status.CLOSED
    assert list(Round.objects.values_list("solved", flat=True).order_by("number")) == [False, True]
    assert Attachment.objects.filter(case=case).count() >= 1
    codes = [line.code for line in entries_about(number)]
    assert codes.count("site.checked") == 2
    assert verify().problems == []


def found(patroller) -> str:
    """Walk the lane, note the lid with a photo, end the patrol."""
    patroller.post(reverse("patrols:start"), {"key": KEY, "beat": "huaishu-lane"})
    address = reverse("patrols:patrol_detail", args=[KEY])
    page = text(patroller.get(address))
    key = re.search(r'name="key" value="([0-9a-f-]+)"', page)[1]
    lid = {"key": key, "text": "井盖松动,车过时响。", "photo": shot()}
    patroller.post(f"{address}findings/", lid)
    patroller.post(f"{address}finish/", {"words": ""})
    return Case.objects.get().number


def looked(patroller, number: str, **said) -> None:
    """Find the case among those to be looked at, go there, and say what stands there."""
    assert number in text(patroller.get(reverse("patrols:home")))
    address = reverse("patrols:verify", args=[number])
    assert patroller.post(address, {"words": "", "photo": shot()} | said).status_code == 302
