"""罗巷长 walks the lane where there is no network, and sends twice what he found."""

import pytest

from huiyin.cases.models import Attachment, Case
from huiyin.cases.rules import Status
from huiyin.neighbourhood.models import Finding, FindingPhoto, Patrol
from tests.makers import NOON, PASSWORD, hotline
from tests.neighbourhood.ground import chief, luo
from tests.photos import photo
from tests.stories.conftest import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PLACE = {"longitude": 110.02, "latitude": 30.02, "accuracy": 8}


@pytest.fixture
def phone(browser, site):  # noqa: ARG001 - the site has to stand first
    """A phone that knows where it is, whose pages may have a worker; pages must not break."""
    context = browser.new_context(
        viewport={"width": 360, "height": 780},
        locale="zh-CN",
        geolocation=PLACE,
        permissions=["geolocation"],
    )
    page, faults = context.new_page(), []
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    context.close()
    assert faults == []


def test_two_findings_made_without_network_become_two_cases_and_stay_two(site, phone):
    hotline(), luo(), chief()
    signed_in(phone, site)
    phone.wait_for_selector("#walk[data-works=offline]")
    picture(phone, "patrols-walk-phone")
    phone.context.set_offline(True)
    walked(phone)
    phone.reload()
    phone.wait_for_selector("[data-part=found] li:nth-child(2)")
    assert Case.objects.count() == 0
    phone.context.set_offline(False)
    arrived(phone)
    assert found() == (2, 1, 1)
    with phone.expect_response("**/patrols/send/"), phone.expect_response("**/patrols/photos/"):
        phone.click("[data-part=again]")
    arrived(phone)
    assert found() == (2, 1, 1)
    ended(phone)


def signed_in(phone, site):
    phone.goto(f"{site}/desk/sign-in/?next=/desk/patrols/walk/")
    phone.fill("input[name=username]", "luo")
    phone.fill("input[name=password]", PASSWORD)
    phone.press("input[name=password]", "Enter")
    phone.wait_for_url("**/desk/patrols/walk/")


def walked(phone):
    """Start on the lane and note two findings, the first with a photo."""
    phone.click("[data-part=start] button")
    phone.wait_for_selector("[data-part=walking]:not([hidden])")
    for number, words in enumerate(["井盖松动,车过时响。", "巷口堆着旧沙发。"], 1):
        phone.fill("[data-part=finding] textarea", words)
        if number == 1:
            lid = {"name": "井盖.jpg", "mimeType": "image/jpeg", "buffer": photo()}
            phone.set_input_files("[data-part=finding] input[type=file]", lid)
        phone.click("[data-part=finding] button")
        phone.wait_for_selector(f"[data-part=found] li:nth-child({number})")
    picture(phone, "patrols-walking-phone")


def arrived(phone):
    """Wait until the page says that nothing is left on the phone."""
    words = phone.get_attribute("#walk", "data-sent")
    phone.locator("[data-part=waiting]").filter(has_text=words).wait_for()


def found():
    """How many cases, photos and patrols the server holds."""
    cases = Case.objects.filter(kind="patrol", found_by=luo(), status=Status.RECEIVED)
    assert Finding.objects.count() == cases.count()
    assert FindingPhoto.objects.count() == Attachment.objects.count()
    return cases.count(), Attachment.objects.count(), Patrol.objects.count()


def ended(phone):
    phone.fill("[data-part=end] textarea", "全程无积水。")
    with phone.expect_response("**/patrols/send/"):
        phone.click("[data-part=end] button")
    phone.wait_for_selector("[data-part=start]:not([hidden])")
    arrived(phone)
    patrol = Patrol.objects.get()
    assert patrol.words == "全程无积水。"
    assert patrol.ended_at is not None
    assert not patrol.clock_is_off
    assert sum(len(track.points) for track in patrol.tracks.all()) >= 1
    assert patrol.findings.filter(case__longitude=110.02).exists()
    assert NOON < patrol.began_at <= patrol.ended_at
