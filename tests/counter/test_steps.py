"""What a resident can do with a request: add, rate, ask again, withdraw; each once, in time."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from huiyin.cases.models import Attachment
from huiyin.counter import doors
from huiyin.followup.actions import Said, reopen_case
from huiyin.followup.models import CallBack
from huiyin.logbook.queries import entries_about
from tests.counter.residents import holding, page
from tests.makers import answer, hotline_staff, make_case, status_of
from tests.people import chen
from tests.photos import photo, upload

pytestmark = pytest.mark.django_db
SOLVED = {"solved": "yes", "satisfied": "satisfied", "remark": ""}
DARK = {"solved": "no", "satisfied": "dissatisfied", "remark": "灯还是不亮。"}


def step(client, case, name: str, **words):
    return client.post(f"/follow/{case.number}/{name}/", words)


def just_closed():
    return make_case("closed", at=timezone.now() - timedelta(hours=3))


def codes(case) -> list[str]:
    return [line.code for line in entries_about(case.number)]


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("received", {"add", "withdraw"}),
        ("dispatched", {"add", "withdraw"}),
        ("in_hand", {"add", "withdraw"}),
        ("answered", {"add", "rate"}),
        ("closed", {"ask-again"}),
        ("withdrawn", set()),
        ("redirected", {"new-facts"}),
        ("transferred", {"add", "withdraw"}),
        ("parked", {"add", "withdraw"}),
        ("merged", {"add", "withdraw", "different"}),
    ],
)
def test_the_page_offers_exactly_the_steps_that_are_open(client, status, offered):
    case = make_case(status)
    words = page(holding(client, case), case)
    forms = {"add", "rate", "ask-again", "withdraw", "different", "new-facts"}
    assert {name for name in forms if f'/follow/{case.number}/{name}/"' in words} == offered


@pytest.mark.parametrize("status", ["closed", "withdrawn"])
def test_nothing_is_added_to_a_request_that_is_over(client, status):
    case = make_case(status)
    answer = step(holding(client, case), case, "add", words="Once more.")
    assert answer.status_code == 409
    assert "resident.added" not in codes(case)


def test_words_and_photos_are_added_in_one_press_and_not_twice(client):
    case = make_case("in_hand")
    holding(client, case)
    key = str(uuid.uuid4())
    for _ in range(2):
        answer = step(
            client, case, "add", words="还有一盏。", form_key=key, photos=[upload(photo())]
        )
        assert answer.status_code == 303
    assert (codes(case).count("resident.added"), Attachment.objects.count()) == (1, 1)
    assert entries_about(case.number)[-2].words == {"text": "还有一盏。"}
    step(client, case, "add", words="又灭了一盏。", form_key=key)
    assert codes(case).count("resident.added") == 2


def test_going_back_to_add_and_pressing_again_adds_once(client):
    case = make_case("in_hand")
    keys = []
    for _ in range(2):
        # Each time the page is fetched anew, as a browser does that kept none of it.
        words = page(holding(client, case), case)
        keys.append(re.search(r'name="form_key" value="([^"]+)"', words)[1])
        answer = client.post(
            f"/follow/{case.number}/add/",
            {"words": "还有一盏。", "form_key": keys[-1]},
            follow=True,
        )
    assert "had arrived already" in answer.content.decode()
    assert codes(case).count("resident.added") == 1
    step(client, case, "add", words="又灭了一盏。", form_key=keys[-1])
    assert codes(case).count("resident.added") == 2


def test_the_same_words_of_another_day_are_added_again(client):
    case = make_case("in_hand")
    for browser in (client, Client()):
        words = page(holding(browser, case), case)
        key = re.search(r'name="form_key" value="([^"]+)"', words)[1]
        step(browser, case, "add", words="请尽快处理。", form_key=key)
    assert codes(case).count("resident.added") == 2


def test_a_photo_added_after_going_back_is_kept_too(client):
    case = make_case("in_hand")
    holding(client, case)
    key = str(uuid.uuid4())
    for form in ("JPEG", "PNG"):
        step(client, case, "add", form_key=key, photos=[upload(photo(form))])
    assert (codes(case).count("resident.added"), Attachment.objects.count()) == (1, 2)


def test_after_adding_the_page_says_so(client):
    case = make_case()
    holding(client, case)
    answer = client.post(f"/follow/{case.number}/add/", {"words": "还有一盏。"}, follow=True)
    assert "is with the request now" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"words": " "}, "Write what you want to add"),
        ({"words": "字" * 5001}, "at most 5000 fit"),
        ({"words": "a\x00b"}, "did not arrive whole"),
        ({"words": "Kept words.", "photos": [upload(b"")]}, "is empty"),
    ],
)
def test_adding_nothing_or_what_cannot_be_kept_changes_nothing(client, given, sentence):
    case = make_case()
    answer = step(holding(client, case), case, "add", **given)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert given["words"].strip("\x00") in answer.content.decode() or "\x00" in given["words"]
    assert codes(case) == ["case.received"]


def test_a_solved_rating_closes_the_request(client):
    case = make_case("answered")
    answer = step(holding(client, case), case, "rate", **SOLVED)
    assert (answer.status_code, status_of(case)) == (303, "closed")
    assert "You said: solved, satisfied." in page(client, case)


def test_satisfied_is_asked_apart_from_solved(client):
    case = make_case("answered")
    step(holding(client, case), case, "rate", **(SOLVED | {"satisfied": "dissatisfied"}))
    call = CallBack.objects.get(case=case)
    assert (call.solved, call.satisfied, call.via) == (True, "dissatisfied", "web")


def test_an_unsolved_rating_waits_for_a_person_to_judge(client):
    case = make_case("answered")
    answer = step(holding(client, case), case, "rate", **DARK)
    assert (answer.status_code, status_of(case)) == (303, "answered")
    words = page(client, case)
    assert "Somebody at the hotline now judges" in words
    assert "灯还是不亮。" in words


def test_pressing_unsolved_twice_is_noted_once(client):
    case = make_case("answered")
    holding(client, case)
    assert step(client, case, "rate", **DARK).status_code == 303
    assert step(client, case, "rate", **DARK).status_code == 409
    assert CallBack.objects.filter(case=case).count() == 1


def test_who_said_unsolved_may_still_say_solved(client):
    case = make_case("answered")
    holding(client, case)
    step(client, case, "rate", **DARK)
    assert step(client, case, "rate", **SOLVED).status_code == 303
    assert status_of(case) == "closed"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"solved": ""}, "Choose one"),
        ({"satisfied": ""}, "Choose one"),
        ({"satisfied": "delighted"}, "Choose one, and only one"),
        ({"solved": ["yes", "no"]}, "Choose one, and only one"),
        ({"satisfied": ["satisfied", "dissatisfied"]}, "Choose one, and only one"),
        ({"solved": "no", "remark": " "}, "what is not solved"),
    ],
)
def test_half_a_rating_is_asked_for_again(client, changed, sentence):
    case = make_case("answered")
    answer = step(holding(client, case), case, "rate", **(SOLVED | changed))
    assert (answer.status_code, status_of(case)) == (400, "answered")
    assert sentence in answer.content.decode()
    assert CallBack.objects.count() == 0


@pytest.mark.parametrize("status", ["received", "dispatched", "in_hand", "closed"])
def test_a_request_is_rated_only_when_it_is_answered(client, status):
    case = make_case(status)
    before = len(codes(case))
    answer = step(holding(client, case), case, "rate", **SOLVED)
    assert (answer.status_code, len(codes(case))) == (409, before)


def test_a_closed_request_comes_back_before_a_person(client):
    case = just_closed()
    answer = step(holding(client, case), case, "ask-again", **{"again-reason": "又灭了。"})
    assert (answer.status_code, status_of(case)) == (303, "answered")
    assert "又灭了。" in page(client, case)


def test_who_asked_again_reads_that_it_is_looked_into_and_until_when(client):
    case = just_closed()
    assert "looking into it" not in page(holding(client, case), case)
    step(client, case, "ask-again", **{"again-reason": "又灭了。"})
    case.refresh_from_db()
    words = page(client, case)
    assert "You asked for it to be taken up again; the hotline is looking into it" in words
    assert f"By {date_format(timezone.localtime(case.wait_until), 'DATETIME_FORMAT')}" in words
    standing = words[words.index("How it stands") :]
    assert "Please tell us whether" not in standing[: standing.index("</section>")]
    assert "to be judged again" in words


def test_once_the_unit_has_answered_anew_the_request_looks_like_any_answered_one(client):
    case = just_closed()
    step(holding(client, case), case, "ask-again", **{"again-reason": "又灭了。"})
    said, now = Said(reached=False, remark="灯又灭了。"), timezone.now()
    reopen_case(case.number, said, by=hotline_staff(), at=now)
    answer(case.number, by=chen(), at=now + timedelta(minutes=5))
    words = page(client, case)
    assert status_of(case) == "answered"
    assert "to be judged again" not in words
    assert "Please tell us whether it is solved" in words


def test_an_answer_that_was_only_just_given_is_not_said_to_be_judged_again(client):
    case = make_case("answered")
    assert "to be judged again" not in page(holding(client, case), case)


def test_asking_again_without_a_reason_or_twice_changes_nothing(client):
    case = just_closed()
    holding(client, case)
    assert step(client, case, "ask-again").status_code == 400
    assert status_of(case) == "closed"
    step(client, case, "ask-again", **{"again-reason": "又灭了。"})
    assert step(client, case, "ask-again", **{"again-reason": "又灭了。"}).status_code == 409


def test_a_request_closed_long_ago_is_asked_anew(client):
    case = make_case("closed", at=timezone.now() - timedelta(days=31))
    answer = step(holding(client, case), case, "ask-again", **{"again-reason": "又灭了。"})
    assert (answer.status_code, status_of(case)) == (409, "closed")
    assert "send a new request" in answer.content.decode()


def test_a_request_is_withdrawn_once_and_with_a_reason(client):
    case = make_case("in_hand")
    holding(client, case)
    assert step(client, case, "withdraw").status_code == 400
    assert status_of(case) == "in_hand"
    assert step(client, case, "withdraw", **{"withdraw-reason": "已经好了。"}).status_code == 303
    assert status_of(case) == "withdrawn"
    assert step(client, case, "withdraw", **{"withdraw-reason": "已经好了。"}).status_code == 409


def test_an_answered_request_is_not_withdrawn(client):
    case = make_case("answered")
    answer = step(holding(client, case), case, "withdraw", **{"withdraw-reason": "算了。"})
    assert (answer.status_code, status_of(case)) == (409, "answered")


@pytest.mark.parametrize("name", ["add", "rate", "ask-again", "withdraw"])
def test_nobody_without_the_receipt_takes_a_step(name):
    case = make_case("answered")
    before = len(codes(case))
    words = {**SOLVED, "words": "x", "again-reason": "x", "withdraw-reason": "x"}
    answer = step(Client(), case, name, **words)
    assert (answer.status_code, len(codes(case))) == (403, before)
    assert step(Client(), case, name).status_code == 403


@pytest.mark.parametrize("name", ["add", "rate", "ask-again", "withdraw"])
def test_after_a_wrong_form_the_language_can_be_changed_and_the_request_is_shown(client, name):
    case = make_case("answered")
    answer = step(holding(client, case), case, name)
    assert answer.status_code in {400, 409}
    there = re.search(r'name="next" value="([^"]+)"', answer.content.decode())[1]
    words = {"language": "zh-hans", "next": there}
    answer = client.post("/i18n/setlang/", words, follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, f"/follow/{case.number}/")
    assert case.title in answer.content.decode()


def test_where_receipts_are_put_away_nobody_stands_on_an_empty_page(client):
    case = make_case()
    holding(client, case)
    assert client.get("/follow/close-here/", follow=True).request["PATH_INFO"] == "/"
    assert client.get(f"/follow/{case.number}/").status_code == 200


@pytest.mark.parametrize(
    ("name", "words", "kept"),
    [
        ("rate", DARK, ["No, not solved", "dissatisfied", "灯还是不亮。"]),
        ("add", {"words": "还有一盏。"}, ["还有一盏。"]),
        ("withdraw", {"withdraw-reason": "已经好了。"}, ["已经好了。"]),
    ],
)
def test_what_came_too_late_is_shown_again_in_words_and_never_in_codes(client, name, words, kept):
    case = make_case("withdrawn")
    answer = step(holding(client, case), case, name, **words)
    said = answer.content.decode()
    assert (answer.status_code, status_of(case)) == (409, "withdrawn")
    typed = said[said.index("What you had written") :]
    assert all(word in typed for word in kept)
    assert ">no<" not in typed


def test_a_page_left_open_too_long_says_how_to_keep_what_was_written(client, monkeypatch):
    case = make_case()
    holding(client, case)
    later = timezone.now() + timedelta(hours=3)
    monkeypatch.setattr(doors.timezone, "now", lambda: later)
    answer = step(client, case, "add", words="A long text.")
    assert answer.status_code == 403
    assert "copy what you wrote" in answer.content.decode()


def test_steps_need_the_token_of_our_own_page():
    case, strict = make_case(), Client(enforce_csrf_checks=True)
    assert step(strict, case, "withdraw", **{"withdraw-reason": "x"}).status_code == 403
    assert status_of(case) == "received"
