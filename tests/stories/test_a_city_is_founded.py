"""A city from its founding to its first closed case: one command, then pages, and no demo."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from huiyin.cases.models import Case, Category, Status
from huiyin.departments.models import Unit
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from tests.desk.visits import press, text
from tests.makers import fresh, status_of

pytestmark = pytest.mark.django_db
PASSWORD = "a lamp in every street"
STREET = "S330102001"


@pytest.fixture(autouse=True)
def _founded(tmp_path: Path):
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    words = ["--city", "平川市", "--admin", "李华", "--sign-in", "lihua"]
    with translation.override("zh-hans"):
        call_command("found", *words, "--password-file", str(file))


def test_a_founded_city_takes_its_first_request_to_its_end():
    set_up_by_the_administrator()
    asked_by_a_resident()
    number = Case.objects.get().number
    sent_by_the_dispatcher(number)
    mended_by_the_street(number)
    closed_by_the_caller(number)
    assert status_of(number) == Status.CLOSED
    assert verify().problems == []


def signed_in(name: str) -> Client:
    desk = Client()
    answer = desk.post("/desk/sign-in/", {"username": name, "password": PASSWORD})
    assert answer.status_code == 302, text(answer)
    return desk


def set_up_by_the_administrator():
    desk = signed_in("lihua")
    assert "市民热线服务中心" in text(desk.get("/desk/units/"))
    street = {"code": STREET, "name": "城东街道办事处", "level": "street"}
    assert desk.post("/desk/units/city/setup/add_unit/", street).status_code == 302
    for unit, name, post in (
        (STREET, "zhou", "officer"),
        ("hotline", "lin", "dispatcher"),
        ("hotline", "sun", "caller"),
    ):
        account = {"name": name, "sign_in_name": name, "password": PASSWORD, "post": post}
        assert desk.post(f"/desk/units/{unit}/accounts/", account).status_code == 302
    assert "zhou" in text(desk.get(f"/desk/units/{STREET}/"))
    # An administrator sets up, and reads no cases.
    assert desk.get("/desk/dispatch/").status_code == 403


def asked_by_a_resident():
    browser = Client()
    form = text(browser.get("/ask/"))
    said = {
        "form_key": re.search(r'name="form_key" value="([^"]+)"', form)[1],
        "kind": "complaint",
        "what": "城东路的路灯三天不亮了。",
        "phone": "138 0013 8000",
    }
    assert browser.post("/ask/", said).status_code == 303
    assert Case.objects.get().intake_unit == Unit.objects.get(code="hotline")


def sent_by_the_dispatcher(number: str):
    desk = signed_in("lin")
    unit, lamp = Unit.objects.get(code=STREET), Category.objects.get(code="construction.lamp")
    sent = {"unit": unit.pk, "category": lamp.pk, "case": [number]}
    desk.post("/desk/dispatch/", sent)
    case = fresh(number)
    assert (case.status, case.unit, case.category) == (Status.DISPATCHED, unit, lamp)
    assert case.due_at > case.received_at


def mended_by_the_street(number: str):
    desk = signed_in("zhou")
    assert press(desk, number, "accept").status_code == 302
    assert press(desk, number, "tell_resident", resident_told="今晚更换。").status_code == 302
    assert press(desk, number, "answer", reply="已更换灯泡。").status_code == 302


def closed_by_the_caller(number: str):
    desk = signed_in("sun")
    said = {"reached": "yes", "contacted": "yes", "solved": "yes", "satisfied": "satisfied"}
    assert press(desk, number, "close", **said).status_code == 302


def test_the_founding_stands_in_the_logbook():
    codes = [line.code for line in entries_about("unit:city")]
    assert codes == ["unit.added", "unit.appointed", "preset.adopted"]
    assert [line.code for line in entries_about("unit:hotline")] == [
        "unit.added",
        "unit.named_hotline",
    ]
    assert [line.code for line in entries_about("city:categories")] == ["categories.loaded"]
