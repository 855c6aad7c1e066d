"""Internal notes at the desk, and that nothing of them reaches any page of the resident."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.cases.models import Case, Status
from huiyin.logbook.queries import exported_entries
from huiyin.logbook.receipts import receipt
from huiyin.notices.models import Notice
from huiyin.replies.models import Note
from tests.desk.visits import address, at_desk, text
from tests.house.doors import DOORS
from tests.house.scene import PATHS, make_scene
from tests.makers import make_case
from tests.people import chen, lin, zhao

pytestmark = pytest.mark.django_db
MARKER = "内部记号QZX7"


def add(client, case, words=MARKER, **more):
    """Press “add the note”."""
    return client.post(f"{address(case)}notes/", {"note": words, **more})


def test_a_note_stands_on_the_page_of_hotline_and_unit():
    case = make_case(Status.DISPATCHED)
    assert add(at_desk(chen()), case)["Location"] == f"{address(case)}#notes"
    for reader in (chen, lin):
        assert text(at_desk(reader()).get(address(case))).count(f"{MARKER}</p>") == 1


def test_whoever_found_the_matter_reads_no_note_on_its_page():
    case = make_case(Status.DISPATCHED)
    add(at_desk(chen()), case)
    Case.objects.filter(pk=case.pk).update(found_by=zhao())
    page = at_desk(zhao()).get(address(case))
    assert page.status_code == 200
    assert MARKER not in text(page)


def test_a_note_is_never_shown_as_anything_but_words():
    case = make_case(Status.DISPATCHED)
    add(at_desk(chen()), case, "<script>alert(1)</script>")
    page = text(at_desk(lin()).get(address(case)))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_wrong_mention_is_told_beside_the_note_and_the_words_stay():
    case = make_case(Status.DISPATCHED)
    answer = add(at_desk(chen()), case, "请@诸葛亮看一下")
    assert answer.status_code == 400
    assert "诸葛亮" in text(answer)
    assert "请@诸葛亮看一下</textarea>" in text(answer)
    assert not Note.objects.exists()


def test_a_mention_tells_the_colleague_and_does_not_carry_the_note():
    case = make_case(Status.DISPATCHED)
    lin()
    add(at_desk(chen()), case, f"@林静 {MARKER}")
    told = Notice.objects.get(official=lin())
    assert (told.code, MARKER in str(told.facts)) == ("mention", False)


def test_a_note_cannot_be_changed_at_any_address():
    names = {door.name for door in DOORS if "note" in door.name}
    assert names & {"desk:write_note"}
    assert [name for name in PATHS if "note" in name and "notice" not in name] == [
        "desk:write_note"
    ]


class TestTheResident:
    """With the receipt in hand, at every address of the site that is no official's."""

    @pytest.fixture
    def scene(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        made = make_scene()
        add(at_desk(chen()), made.case, f"{MARKER} @林静 原话")
        add(at_desk(chen()), made.case, f"{MARKER} 更正")
        assert Note.objects.count() >= 1
        return made

    def outward(self):
        return [door for door in DOORS if door.name.split(":")[0] in {"counter", "exchange"}]

    def test_no_address_of_the_counter_shows_a_note_to_the_holder_of_the_receipt(self, scene):
        seen = []
        for door in self.outward():
            browser = scene.browser_of("holder of the receipt")
            send = browser.post if door.method == "post" else browser.get
            answer = send(scene.address_of(door), door.sent, follow=True)
            body = b"".join(answer) if answer.streaming else answer.content
            assert MARKER.encode() not in body, door
            assert b"QZX7" not in body, door
            seen.append(door.name)
        assert {"counter:follow_case", "counter:receipt", "counter:receipt_proof"} <= set(seen)

    def test_neither_does_the_page_of_somebody_without_a_receipt(self, scene):
        for door in self.outward():
            if door.method == "get":
                answer = Client().get(scene.address_of(door), follow=True)
                body = b"".join(answer) if answer.streaming else answer.content
                assert b"QZX7" not in body, door

    def test_the_resident_does_not_even_learn_that_there_is_a_note(self, scene):
        browser = scene.browser_of("holder of the receipt")
        page = text(browser.get(reverse("counter:follow_case", args=[scene.case.number])))
        assert not re.search(r"备注|[Nn]ote.written|[Ii]nternal", page)

    def test_what_verifiers_are_handed_holds_no_words_of_a_note(self, scene):
        entries = list(exported_entries(scene.case.number))
        assert any("note.written" in entry["body"] for entry in entries)
        assert "QZX7" not in str(entries)
        assert "QZX7" not in str(receipt(scene.case.number))

    def test_no_notice_to_a_resident_carries_it(self, scene):
        assert "QZX7" not in str(list(Notice.objects.values_list("facts", "about")))
        assert not Notice.objects.filter(audience="resident", code__in=["mention", "note"]).exists()
