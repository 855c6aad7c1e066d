"""The pages of the calibers: which holds, who adopted it and why, and what each says."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from huiyin.counting.calibers import sentences
from huiyin.counting.calibers.adopting import adopt_caliber, shipped_texts
from huiyin.counting.calibers.reading import write_caliber
from huiyin.counting.calibers.sentences import sayings
from huiyin.departments.models import Post
from tests.counting.calibers import plain, shipped
from tests.makers import make_official
from tests.people import gao, wu

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return make_official(Post.ADMINISTRATOR)


def adopt(text, by, *, days=0, reason="The council decided so."):
    now = timezone.now()
    first = timezone.localdate(now) + timedelta(days=days)
    return adopt_caliber(text, from_on=first, by=by, at=now, reason=reason)


def read(client, name, *args, by=None):
    client.force_login(by or wu())
    answer = client.get(reverse(f"desk:{name}", args=args))
    return answer, html.unescape(answer.content.decode())


def test_before_anything_is_adopted_the_list_shows_the_plain_caliber_in_force(client):
    answer, text = read(client, "calibers")
    assert answer.context["holds"]["digest"] == plain().digest
    assert not answer.context["adopted"]
    assert "本市尚未启用自定口径" in text
    for code in shipped_texts():
        assert f"<code>{code}</code>" in text


def test_the_list_says_who_adopted_what_from_which_day_and_why(client, administrator):
    adopt(shipped_texts()["huairou-2025"], administrator)
    later = adopt(shipped_texts()["jungar"], administrator, days=9, reason="New weights.")
    answer, text = read(client, "calibers")
    assert answer.context["holds"]["code"] == "huairou-2025"
    states = [(each["is_to_come"], each["is_held"]) for each in answer.context["adopted"]]
    assert states == [(True, False), (False, True)]
    for words in ("The council decided so.", "New weights.", str(administrator)):
        assert words in text
    assert f"{later.valid_from}" in text


@pytest.mark.parametrize("code", ["huairou-2025", "jungar", "plain"])
def test_a_caliber_is_read_in_sentences_and_as_text_by_its_code_and_its_digest(client, code):
    for name in (code, shipped(code).digest, shipped(code).digest[:8]):
        answer, text = read(client, "caliber", name)
        assert answer.status_code == 200
        assert shipped_texts()[code] in text
        assert all(each.words in text for each in sayings(shipped(code)))


def test_everything_a_caliber_can_decide_is_said_in_chinese():
    known = vars(sentences).items()
    tables = [table for name, table in known if name.isupper() and isinstance(table, dict)]
    with override("zh-hans"):
        said = [str(words) for table in tables for words in table.values()]
        said += [words for each in sayings(plain()) for words in (each.heading, each.words)]
    assert len(said) > 60
    assert [words for words in said if not re.search("[\u4e00-\u9fff]", words)] == []


def test_what_differs_from_the_caliber_in_force_is_shown_decision_by_decision(
    client, administrator
):
    stricter = replace(plain(), min_n=50)
    digest = adopt(write_caliber(stricter), administrator, days=1).caliber.digest
    answer, text = read(client, "caliber", digest)
    (found,) = answer.context["differences"]
    assert (found.key, "30" in found.old, "50" in found.new) == ("min_n", True, True)
    assert found.old in text
    assert found.new in text
    assert not read(client, "caliber", "plain")[0].context["differences"]


def test_an_adopted_text_is_shown_as_it_was_handed_in(client, administrator):
    written = "# Minutes of 3 May\n" + write_caliber(replace(plain(), min_n=50))
    digest = adopt(written, administrator).caliber.digest
    assert "# Minutes of 3 May" in read(client, "caliber", digest)[1]


def test_an_unknown_caliber_is_not_found(client):
    for name in ("none-such", "0" * 64, shipped("plain").digest[:7]):
        assert read(client, "caliber", name)[0].status_code == 404


def test_the_rates_lead_to_the_caliber_that_counted_them(client):
    text = read(client, "rates", by=gao())[1]
    assert f'href="{reverse("desk:caliber", args=[plain().digest])}"' in text


def test_the_pages_take_few_queries(client, administrator, django_assert_max_num_queries):
    for day in range(1, 9):
        adopt(write_caliber(replace(plain(), min_n=day)), administrator, days=day)
    adopt(shipped_texts()["jungar"], administrator)
    client.force_login(wu())
    for address in (
        reverse("desk:calibers"),
        reverse("desk:caliber", args=["huairou-2025"]),
        reverse("desk:caliber", args=[replace(plain(), min_n=8).digest]),
    ):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
