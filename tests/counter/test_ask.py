"""Asking: anybody may, anonymously or not; wrong input is named and nothing typed is lost."""

import errno
import os
import re
import uuid

import pytest
from django.test import Client

from huiyin.cases.models import Attachment, Case, Resident
from huiyin.cases.residents import resident_of
from huiyin.departments.models import Post, Unit
from huiyin.intake import actions
from huiyin.logbook.queries import entries_about
from huiyin.logbook.receipts import receipt_secret
from tests.counter.residents import WORDS, asked, page, send
from tests.makers import NOON, city, make_official
from tests.photos import PDF, photo, upload
from tests.places.ground import small_city

RIVER_STREET = {"longitude": "110.05", "latitude": "30.05"}
pytestmark = pytest.mark.django_db


def test_the_form_is_shown_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        shown = client.get("/ask/")
    words = shown.content.decode()
    assert words.index("110") < words.index("<form class=")
    assert "nobody can ask you back" in words


def test_what_wang_asks_is_taken_in_by_the_city(client):
    case = asked(client)
    assert (case.text, case.request_kind, case.channel) == (WORDS["what"], "complaint", "web")
    assert (case.address, case.status, case.intake_unit) == (WORDS["where"], "received", city())
    line = entries_about(case.number)[0]
    assert (line.code, line.by_label) == ("case.received", "resident")


def test_who_asked_is_sealed_and_nowhere_in_clear(client):
    case = asked(client, email="wang@he-an.cn", confidential="on")
    said = resident_of(case, by=make_official(Post.DISPATCHER), at=NOON, why="test")
    assert (said.name, said.phone, said.email) == ("王阿姨", "138 0013 8000", "wang@he-an.cn")
    assert case.is_confidential
    assert "王阿姨".encode() not in bytes(Resident.objects.get().sealed)


def test_somebody_may_ask_without_saying_who_they_are(client):
    case = asked(client, name="", phone="")
    assert case.resident is None
    assert Resident.objects.count() == 0


def test_after_asking_the_browser_is_shown_the_receipt(client):
    answer = send(client)
    assert answer.status_code == 303
    receipt = client.get(answer["Location"])
    assert receipt.status_code == 200
    assert "sessionid" not in client.cookies
    assert "huiyin_session" not in client.cookies


def test_taking_a_request_in_asks_the_database_as_little_as_possible(
    client, django_assert_max_num_queries
):
    small_city()
    send(client, **RIVER_STREET)
    # Number; resident, case, entry; and the transaction's own two.
    with django_assert_max_num_queries(6):
        client.post("/ask/", WORDS | {"form_key": str(uuid.uuid4())})
    # A point costs at most two more: have the places changed, and which one holds it.
    with django_assert_max_num_queries(8):
        client.post("/ask/", WORDS | RIVER_STREET | {"form_key": str(uuid.uuid4())})


def test_a_position_names_the_finest_place_that_holds_it(client):
    places = small_city()
    assert asked(client, **RIVER_STREET).place == places["河街道"]


FAR = {"longitude": "0.5", "latitude": "0.5"}


def test_a_position_outside_the_city_is_asked_about_and_loses_no_word(client):
    small_city()
    answer = send(client, **FAR)
    words = answer.content.decode()
    assert (answer.status_code, Case.objects.count()) == (400, 0)
    assert "Your position lies outside the city. Is that meant?" in words
    assert WORDS["what"] in words
    assert 'name="longitude" value="0.5"' in words
    question = words[words.index("<legend>", words.index('name="where"')) :]
    assert "(optional)" not in question[: question.index("</legend>")]


def test_a_position_that_is_meant_is_kept_as_outside_with_a_note(client):
    small_city()
    case = asked(client, **FAR, outside="keep")
    assert (case.place, case.longitude) == (None, 0.5)
    assert "outside 和安市, as you confirmed" in page(client, case)


def test_a_position_that_is_not_meant_is_left_out(client):
    small_city()
    case = asked(client, **FAR, outside="drop")
    assert (case.longitude, case.latitude, case.address) == (None, None, WORDS["where"])
    assert "as you confirmed" not in page(client, case)


def test_a_city_that_knows_no_boundaries_asks_nobody_about_a_position(client):
    case = asked(client, **FAR)
    assert case.longitude == 0.5
    assert "as you confirmed" not in page(client, case)


def test_the_same_form_sent_twice_is_one_request(client):
    key = str(uuid.uuid4())
    first = send(client, form_key=key)
    second = send(client, form_key=key)
    assert Case.objects.count() == 1
    assert second["Location"] == f"{first['Location']}?again=1"
    assert "had been sent already" in client.get(second["Location"]).content.decode()
    assert "had been sent already" not in client.get(first["Location"]).content.decode()


def fetched_key(client) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', client.get("/ask/").content.decode())[1]


def test_who_goes_back_to_a_page_that_is_fetched_anew_and_sends_it_unchanged_finds_the_first(
    client,
):
    first = send(client, form_key=fetched_key(client))
    again = client.get("/ask/").content.decode()
    case = Case.objects.get()
    assert "Your request was received." in again
    assert f"/receipt/{case.number}/" in again
    second = send(client, form_key=fetched_key(client))
    assert Case.objects.count() == 1
    assert second["Location"] == f"{first['Location']}?again=1"
    assert "Your request was received." in client.get(second["Location"]).content.decode()


def test_pages_opened_side_by_side_have_one_key_and_each_finds_its_own_request(client):
    keys = [fetched_key(client), fetched_key(client)]
    assert keys[0] == keys[1]
    first, second = (
        asked(client, form_key=keys[0]),
        asked(client, form_key=keys[1], what="井盖坏了。"),
    )
    assert asked(client, form_key=fetched_key(client)) == first
    assert asked(client, form_key=fetched_key(client), what="井盖坏了。") == second


@pytest.mark.parametrize(
    "changed",
    [
        {"what": "公园的长椅坏了。"},
        {"where": "槐树街 13 号"},
        {"phone": "139 0013 9000"},
        {"kind": "help"},
        {"confidential": "on"},
        {"longitude": "110.05", "latitude": "30.05"},
    ],
)
def test_whatever_was_changed_after_going_back_is_kept_and_said_to_be_a_new_request(
    client, changed
):
    first = asked(client, form_key=fetched_key(client))
    answer = send(client, form_key=fetched_key(client), **changed)
    assert Case.objects.count() == 2
    assert f"after={first.number}" in answer["Location"]
    words = client.get(answer["Location"]).content.decode()
    assert "This is a new request" in words
    assert f"/follow/{first.number}/" in words


def test_another_browser_and_whoever_comes_after_closing_have_another_key(client):
    key = fetched_key(client)
    assert fetched_key(Client()) != key
    asked(client, form_key=key)
    client.post("/follow/close-here/")
    assert fetched_key(client) != key
    assert "Your request was received." not in client.get("/ask/").content.decode()


@pytest.mark.parametrize("cookie", ["x", "x.y", ".", f"{uuid.UUID(int=1, version=4)}.<b>", "\x00"])
def test_a_cookie_that_somebody_wrote_breaks_nothing(client, cookie):
    client.cookies["huiyin_form"] = cookie
    words = client.get("/ask/").content.decode()
    assert "Your request was received." not in words
    assert uuid.UUID(fetched_key(client))


def test_browsers_may_remember_what_was_typed_and_what_can_be_too_long_is_not_cut(client):
    answer = client.get("/ask/")
    form = answer.content.decode().split('enctype="multipart/form-data"')[1]
    assert "no-store" not in answer["Cache-Control"]
    assert 'autocomplete="off"' not in form
    assert "maxlength" not in form
    assert 'data-most="5000"' in form


def test_no_two_elements_of_a_page_have_one_name(client):
    for words in (client.get("/ask/").content.decode(), send(client, kind=None).content.decode()):
        names = re.findall(r'\sid="([^"]+)"', words)
        assert len(names) == len(set(names))
        assert set(re.findall(r'href="#([^"]+)"', words)) <= set(names)


def test_only_what_may_be_left_empty_is_marked_as_optional(client):
    words = client.get("/ask/").content.decode()
    labels = re.findall(r"<(?:label|legend)[^>]*>(.*?)</(?:label|legend)>", words, re.DOTALL)
    optional = {text.split("<")[0].strip() for text in labels if "(optional)" in text}
    assert optional == {"Where?", "Photos or documents", "Your name", "Telephone", "E-mail"}


def test_a_form_gone_back_to_and_written_anew_is_another_request(client):
    key = str(uuid.uuid4())
    first = asked(client, form_key=key)
    second = asked(client, form_key=key, what="公园的长椅坏了。")
    assert first.number != second.number
    assert second.text == "公园的长椅坏了。"


def test_photos_sent_after_going_back_join_the_request_that_is_here(client):
    key = str(uuid.uuid4())
    first, second = asked(client, form_key=key), asked(client, form_key=key, photos=upload(photo()))
    assert first == second
    assert Attachment.objects.get().case == first


def test_photos_go_with_the_request(client):
    files = [upload(photo(), "一.jpg"), upload(photo("PNG"), "二.png"), upload(PDF, "三.pdf")]
    case = asked(client, photos=files)
    names = Attachment.objects.filter(case=case).order_by("name").values_list("name", flat=True)
    assert set(names) == {"一.jpg", "二.png", "三.pdf"}
    assert "一.jpg" in page(client, case)


def test_the_same_form_with_photos_sent_twice_keeps_them_once(client):
    key = str(uuid.uuid4())
    for _ in range(2):
        send(client, form_key=key, photos=[upload(photo())])
    assert (Case.objects.count(), Attachment.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"", "is empty"), (b"GIF89a....", "neither a photo"), (photo()[:-99], "damaged")],
)
def test_one_bad_photo_takes_nothing_in_and_loses_no_word(client, data, sentence):
    answer = send(client, photos=[upload(photo()), upload(data, "坏.jpg")])
    words = answer.content.decode()
    assert (answer.status_code, Case.objects.count(), Attachment.objects.count()) == (400, 0, 0)
    assert sentence in words
    assert WORDS["what"] in words
    assert "choose the photos again" in words


def test_a_full_disk_is_said_and_loses_no_word(client, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = send(client, photos=[upload(photo())])
    assert (answer.status_code, Case.objects.count()) == (503, 0)
    assert "disk is full" in answer.content.decode()
    assert WORDS["what"] in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"what": ""}, "Please fill this in"),
        ({"what": " \n "}, "Please fill this in"),
        ({"what": "字" * 5001}, "The text has 5001 characters; at most 5000 fit. Take away 1,"),
        ({"what": "a\x00b"}, "did not arrive whole"),
        ({"where": "a\x00b"}, "did not arrive whole"),
        ({"where": "x" * 301}, "at most 300 fit"),
        ({"kind": None}, "Choose one"),
        ({"kind": "petition"}, "Choose one, and only one"),
        ({"kind": ["help", "complaint"]}, "Choose one, and only one"),
        ({"phone": "ask my son"}, "Write the telephone number in digits"),
        ({"email": "wang at home"}, "Write the e-mail as"),
        ({"longitude": "east", "latitude": "30"}, "The position could not be read"),
        ({"longitude": "NaN", "latitude": "30"}, "The position could not be read"),
        ({"longitude": "120"}, "Give both longitude and latitude"),
        ({"longitude": "200", "latitude": "30"}, "not on the globe"),
    ],
)
def test_wrong_input_gets_one_sentence_and_takes_nothing_in(client, changed, sentence):
    answer = send(client, **changed)
    assert answer.status_code == 400
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert "error-summary" in answer.content.decode()
    assert Case.objects.count() == 0


def test_5000_characters_with_line_ends_fit(client):
    lines = ("字" * 49 + "\r\n") * 100
    assert len(asked(client, what=lines[:-2]).text) == 4999


def test_what_was_typed_is_kept_when_something_is_wrong(client):
    key = str(uuid.uuid4())
    words = send(client, kind=None, form_key=key, confidential="on").content.decode()
    for kept in (WORDS["what"], WORDS["where"], WORDS["name"], WORDS["phone"], key):
        assert kept in words
    assert re.search(r'<input type="checkbox" name="confidential"[^>]* checked', words)


def test_a_page_sent_in_another_encoding_is_refused_and_does_not_break(client):
    city()
    gbk = b"kind=complaint&what=" + "路灯不亮".encode("gbk")
    kind = "application/x-www-form-urlencoded"
    plain = client.generic("POST", "/ask/", gbk, content_type=kind)
    named = client.generic("POST", "/ask/", gbk, content_type=f"{kind}; charset=gbk")
    body = b'--x\r\nContent-Disposition: form-data; name="what"\r\n\r\n'
    body += "路灯不亮".encode("gbk") + b"\r\n--x--\r\n"
    several = client.generic("POST", "/ask/", body, content_type="multipart/form-data; boundary=x")
    assert [plain.status_code, named.status_code, several.status_code] == [400, 400, 400]
    assert "did not arrive whole" in several.content.decode()
    assert Case.objects.count() == 0


def test_a_body_that_was_cut_off_takes_nothing_in(client):
    city()
    body = b'--x\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
    answer = client.generic(
        "POST", "/ask/", body + photo()[:200], content_type="multipart/form-data; boundary=x"
    )
    assert (answer.status_code, Case.objects.count()) == (400, 0)


def test_a_form_from_another_site_is_refused_with_a_sentence():
    city()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/ask/", WORDS)
    assert answer.status_code == 403
    assert "load the page again" in answer.content.decode()
    assert Case.objects.count() == 0


def test_a_city_without_units_says_so_and_loses_no_word(client):
    assert Unit.objects.count() == 0
    answer = client.post("/ask/", WORDS)
    assert answer.status_code == 409
    assert "not set up yet" in answer.content.decode()
    assert WORDS["what"] in answer.content.decode()


def test_words_of_residents_are_shown_as_words_and_never_as_markup(client):
    case = asked(client, what="<script>alert(1)</script>", where="<b>here</b>")
    assert "<script>alert" not in page(client, case)
    assert "&lt;b&gt;here" in page(client, case)


def test_the_secret_is_in_no_address(client):
    answer = send(client)
    case = Case.objects.get()
    assert receipt_secret(case.number) not in answer["Location"]


def test_a_request_whose_photo_cannot_be_entered_is_not_taken_in(client, monkeypatch):
    monkeypatch.setattr(actions, "attach_file", lambda *_, **__: 1 / 0)
    client.raise_request_exception = False
    assert send(client, photos=[upload(photo())]).status_code == 500
    assert Case.objects.count() == 0
