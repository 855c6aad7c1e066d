"""Whoever goes back in the browser and sends once more has asked once, and has lost nothing."""

import pytest

from huiyin.cases.models import Case
from tests.people import ma
from tests.stories.conftest import picture
from tests.stories.test_in_a_browser import at_desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = 360
DARK = "槐树街的路灯三天不亮了，晚上走路看不清。"


def ask(page, site):
    page.goto(f"{site}/ask/")
    page.check("input[name=kind][value=help]")
    page.fill("textarea[name=what]", DARK)
    page.fill("input[name=where]", "槐树街 12 号门前")
    page.fill("input[name=phone]", "10000001234")


def send(page):
    page.get_by_role("button", name="提交诉求").click()
    page.wait_for_url("**/receipt/**")


def test_going_back_on_a_phone_keeps_place_and_position_and_finds_the_first_request(site, window):
    ma()
    phone = window(PHONE)
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"longitude": 118.95, "latitude": 31.5})
    ask(phone, site)
    phone.get_by_role("button", name="使用当前位置").click()
    phone.get_by_role("button", name="移除位置").wait_for()
    send(phone)
    phone.go_back()
    assert phone.input_value("textarea[name=what]") == DARK
    assert phone.input_value("input[name=where]") == "槐树街 12 号门前"
    assert phone.input_value("input[name=longitude]") == "118.950000"
    assert phone.get_by_text("照片需要重新选择").first.is_visible()
    picture(phone, "counter-ask-gone-back")
    send(phone)
    assert phone.get_by_text("您的诉求已收到。").is_visible()
    picture(phone, "counter-receipt-again")
    assert Case.objects.count() == 1
    phone.go_back()
    phone.fill("textarea[name=what]", "公园的长椅坏了。")
    send(phone)
    assert phone.get_by_text("这是一条新的诉求").is_visible()
    assert Case.objects.count() == 2


def test_going_back_works_without_script_too(site, browser):
    ma()
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    ask(page, site)
    send(page)
    page.go_back()
    send(page)
    assert page.url.endswith("?again=1")
    assert Case.objects.count() == 1
    context.close()


def test_going_back_at_the_phone_desk_takes_nothing_down_twice(site, window):
    ma()
    desk = at_desk(window, site, "ma")
    desk.goto(f"{site}/desk/cases/new/")
    for _ in range(2):
        desk.fill("textarea[name=text]", DARK)
        desk.fill("input[name=address]", "槐树街 12 号")
        desk.get_by_role("button", name="登记", exact=True).click()
        desk.wait_for_url("**/taken-down/**")
        picture(desk, "desk-taken-down")
        desk.go_back()
    assert Case.objects.count() == 1
