"""The keys of the desk in a real browser: they move, rest while one types, can be switched off."""

import pytest

from huiyin.cases.models import Case, Status
from huiyin.replies.models import Draft
from huiyin.replies.standard_texts import Wording, write_text
from tests.makers import NOON, lighting, make_case
from tests.people import chen
from tests.stories.conftest import picture
from tests.stories.test_in_a_browser import at_desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def focused(page):
    """The words of what the keyboard stands on."""
    return page.evaluate("document.activeElement.textContent.trim()")


def test_keys_move_through_a_list_open_a_case_and_rest_while_one_types(site, window):
    cases = [make_case(Status.IN_HAND) for _ in range(3)]
    chen()
    desk = at_desk(window, site, "chen")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    first = desk.evaluate("document.activeElement.getAttribute('href')")
    assert first in {case.get_absolute_url() for case in cases}
    desk.keyboard.press("o")
    desk.wait_for_url("**/cases/**")
    desk.keyboard.press("j")
    assert focused(desk) in {"反馈市民", "答复"}
    desk.keyboard.press("Enter")
    desk.wait_for_url("**step=**")
    field = desk.locator("form[data-behaviour] textarea").first
    field.fill("")
    field.press_sequentially("jk?o")
    assert field.input_value() == "jk?o"
    assert not desk.locator("dialog").is_visible()


def test_the_list_of_keys_opens_and_switches_them_off_for_this_browser(site, window):
    make_case(Status.IN_HAND)
    chen()
    desk = at_desk(window, site, "chen")
    desk.keyboard.press("?")
    assert desk.locator("dialog").is_visible()
    picture(desk, "desk-shortcuts")
    desk.locator("dialog input").uncheck()
    desk.locator("dialog button").click()
    desk.keyboard.press("j")
    assert desk.evaluate("document.activeElement.tagName") != "A"
    desk.reload()
    desk.keyboard.press("?")
    assert not desk.locator("dialog").is_visible()
    # Without single keys the list is still reached, to switch them on again.
    desk.get_by_role("button", name="键盘快捷键").click()
    desk.locator("dialog input").check()
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    assert desk.evaluate("document.activeElement.closest('.cases__case') !== null")


def test_a_standard_text_goes_in_where_one_writes_and_what_is_typed_is_kept(site, window):
    case = make_case(Status.IN_HAND)
    write_text(Wording("路灯", "编号{工单编号}已修好。"), by=chen(), at=NOON, unit=lighting())
    desk = at_desk(window, site, "chen")
    desk.goto(f"{site}{case.get_absolute_url()}?step=answer")
    desk.fill("textarea[name=reply]", "您好!")
    desk.select_option("#standard_text", index=1)
    desk.get_by_role("button", name="插入到“答复").click()
    assert desk.input_value("textarea[name=reply]") == f"您好!\n编号{case.number}已修好。"
    desk.locator("[data-part=said]").get_by_text("草稿已于").wait_for()
    assert Draft.objects.get().words["reply"].endswith("已修好。")
    picture(desk, "desk-draft-kept")
    desk.reload()
    assert desk.input_value("textarea[name=reply]").startswith("您好!")
    assert Case.objects.get(pk=case.pk).status == Status.IN_HAND
