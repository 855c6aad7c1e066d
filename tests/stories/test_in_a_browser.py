"""王阿姨 asks on her phone, and everybody does their step in a real browser until it is closed."""

import re

import pytest

from huiyin.cases.models import Case, Status
from tests.makers import PASSWORD
from tests.people import chen, lin, ma, sun
from tests.stories.conftest import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE, DESK = 360, 1440


def test_a_request_on_a_phone_is_sent_worked_answered_and_closed(site, window):
    ma(), lin(), chen(), sun()
    phone = window(PHONE)
    number = asked(phone, site)
    sent(at_desk(window, site, "lin"), site, number)
    worked(at_desk(window, site, "chen"), site, number)
    not_yet_solved(phone, site, number)
    called_back(at_desk(window, site, "sun"), site, number)
    followed(phone, site, number)


def asked(phone, site):
    phone.goto(f"{site}/")
    picture(phone, "counter-home-phone")
    phone.goto(f"{site}/ask/")
    phone.check("input[name=kind][value=help]")
    phone.fill("textarea[name=what]", "槐树街的路灯三天不亮了，晚上走路看不清。")
    phone.fill("input[name=where]", "槐树街 12 号门前")
    phone.fill("input[name=name]", "王阿姨")
    phone.fill("input[name=phone]", "10000001234")
    picture(phone, "counter-ask-phone")
    phone.get_by_role("button", name="提交诉求").click()
    phone.wait_for_url("**/receipt/**")
    picture(phone, "counter-receipt-phone")
    return re.search(r"/receipt/([^/]+)/", phone.url)[1]


def at_desk(window, site, name):
    desk = window(DESK)
    desk.goto(f"{site}/desk/sign-in/")
    desk.fill("input[name=username]", name)
    desk.fill("input[name=password]", PASSWORD)
    if name == "lin":
        picture(desk, "desk-sign-in")
    desk.press("input[name=password]", "Enter")
    desk.wait_for_url("**/desk/")
    return desk


def take(desk, site, number, step, **answers):
    """Open one step of a case, fill its form by name, and press its button."""
    desk.goto(f"{site}/desk/cases/{number}/?step={step}")
    form = desk.locator(f"form[action$='/steps/{step}/']")
    for name, answer in answers.items():
        field = form.locator(f"[name={name}]").first
        if field.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value={answer}]").check()
        elif field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(label=answer)
        else:
            field.fill(answer)
    picture(desk, f"desk-step-{step}")
    form.locator(f"button[formaction$='/steps/{step}/']").click()
    desk.wait_for_load_state()


def sent(desk, site, number):
    desk.goto(f"{site}/desk/dispatch/")
    assert number in desk.content()
    picture(desk, "desk-dispatch-queue")
    take(desk, site, number, "dispatch", unit="路灯管理所")
    assert Case.objects.get(number=number).status == Status.DISPATCHED


def worked(desk, site, number):
    picture(desk, "desk-queue")
    take(desk, site, number, "accept")
    take(desk, site, number, "tell_resident", resident_told="已电话告知今晚更换。")
    take(desk, site, number, "answer", reply="已更换灯泡，今晚亮灯，请您查看。")
    picture(desk, "desk-case-answered")
    assert Case.objects.get(number=number).status == Status.ANSWERED


def not_yet_solved(phone, site, number):
    phone.goto(f"{site}/follow/{number}/")
    picture(phone, "counter-follow-answered-phone")
    assert "已更换灯泡" in phone.content()


def called_back(desk, site, number):
    desk.goto(f"{site}/desk/call-backs/")
    assert number in desk.content()
    picture(desk, "desk-call-back-queue")
    take(
        desk,
        site,
        number,
        "close",
        reached="yes",
        contacted="yes",
        solved="yes",
        satisfied="satisfied",
        remark="亮了",
    )
    assert Case.objects.get(number=number).status == Status.CLOSED


def followed(phone, site, number):
    phone.goto(f"{site}/follow/{number}/")
    picture(phone, "counter-follow-closed-phone")
    assert phone.locator("html").get_attribute("lang") == "zh-Hans"
