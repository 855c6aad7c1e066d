"""Standard texts: whose they are, what their variables say, what of the resident they never say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases.models import Case, Status
from huiyin.cases.residents import ResidentData
from huiyin.departments.models import Post
from huiyin.logbook.queries import accesses_about
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from huiyin.replies.models import StandardText, TextVersion
from huiyin.replies.rules import BY_NAME, VARIABLES, filled, names_in, unknown_in
from huiyin.replies.standard_texts import (
    Wording,
    change_text,
    count_use,
    fill,
    retire_text,
    text_for,
    texts_for,
    write_text,
)
from tests.makers import NOON, fresh, lighting, make_case, make_official, make_unit, minutes
from tests.people import WANG, chen, he, lin, zhao

LAMP = Wording("路灯已修", "您反映的{事项}已由{承办单位}办理,编号{工单编号}。")


@given(st.text(max_size=300))
def test_any_text_without_a_known_variable_is_left_as_it_is(text):
    if not set(names_in(text)) & set(BY_NAME):
        assert filled(text, {}) == text


@given(st.dictionaries(st.sampled_from([v.word for v in VARIABLES]), st.text(max_size=20)))
def test_what_is_put_in_is_never_read_as_a_variable_again(facts):
    body = "".join(f"<{{{one.chinese}}}>" for one in VARIABLES)
    assert filled(body, facts) == "".join(f"<{facts.get(one.word, '')}>" for one in VARIABLES)


def test_a_variable_has_one_meaning_under_its_chinese_and_its_english_name():
    facts = {one.word: one.word for one in VARIABLES}
    for one in VARIABLES:
        assert filled(f"{{{one.chinese}}}{{ {one.english} }}", facts) == one.word * 2


def test_unknown_names_in_braces_are_found():
    assert unknown_in("{工单编号}{工单号码}{number}{}") == ["工单号码"]


@pytest.mark.django_db
class TestWriting:
    def test_a_unit_shares_its_texts_and_a_person_keeps_their_own(self):
        shared = write_text(LAMP, by=chen(), at=NOON, unit=lighting())
        own = write_text(Wording("我的", "好的。"), by=chen(), at=NOON)
        colleague = make_official(Post.OFFICER, unit=lighting())
        assert set(texts_for(chen())) == {shared, own}
        assert set(texts_for(colleague)) == {shared}
        assert set(texts_for(zhao())) == set()

    def test_a_unit_below_uses_the_texts_of_the_unit_above(self):
        above = make_unit("区")
        text = write_text(LAMP, by=make_official(Post.OFFICER, unit=above), at=NOON, unit=above)
        below = make_official(Post.OFFICER, unit=make_unit("街道", parent=above))
        assert list(texts_for(below)) == [text]
        with pytest.raises(NotAllowed):
            change_text(text.pk, LAMP, seen=1, by=below, at=NOON)

    @pytest.mark.parametrize("who", [zhao, he])
    def test_nobody_else_writes_for_a_unit(self, who):
        with pytest.raises(NotAllowed):
            write_text(LAMP, by=who(), at=NOON, unit=lighting())
        assert not StandardText.objects.exists()

    def test_who_writes_to_nobody_keeps_no_texts(self):
        with pytest.raises(NotAllowed):
            write_text(LAMP, by=he(), at=NOON)

    def test_an_unknown_variable_is_named_in_one_sentence_and_nothing_is_kept(self):
        with pytest.raises(WrongInput) as problem:
            write_text(Wording("错", "您的{工单号码}已办理。"), by=chen(), at=NOON)
        assert "{工单号码}" in str(problem.value)
        assert "{工单编号}" in str(problem.value)
        assert not StandardText.objects.exists()

    @pytest.mark.parametrize(
        "wording", [Wording(" ", "x"), Wording("x", " "), Wording("x" * 61, "x")]
    )
    def test_a_text_needs_a_title_and_words_of_some_length(self, wording):
        with pytest.raises(WrongInput):
            write_text(wording, by=chen(), at=NOON)


@pytest.mark.django_db
class TestChanging:
    def test_every_version_says_who_changed_what(self):
        text = write_text(LAMP, by=chen(), at=NOON, unit=lighting())
        other = make_official(Post.OFFICER, unit=lighting())
        change_text(text.pk, Wording("路灯", "已修。"), seen=1, by=other, at=NOON + minutes(1))
        retire_text(text.pk, by=chen(), at=NOON + minutes(2))
        versions = TextVersion.objects.filter(text=text).order_by("number")
        assert [(one.by_id, one.body, one.is_retired) for one in versions] == [
            (chen().pk, LAMP.body, False),
            (other.pk, "已修。", False),
            (chen().pk, "已修。", True),
        ]
        assert not texts_for(chen()).exists()

    def test_a_change_of_an_older_version_is_refused(self):
        text = write_text(LAMP, by=chen(), at=NOON)
        change_text(text.pk, Wording("A", "一"), seen=1, by=chen(), at=NOON)
        with pytest.raises(NotPossible):
            change_text(text.pk, Wording("B", "二"), seen=1, by=chen(), at=NOON)
        assert text_for(text.pk, by=chen()).body == "一"

    def test_anothers_own_text_does_not_exist_for_a_colleague(self):
        text = write_text(LAMP, by=chen(), at=NOON)
        colleague = make_official(Post.OFFICER, unit=lighting())
        for act in (
            lambda: change_text(text.pk, LAMP, seen=1, by=colleague, at=NOON),
            lambda: retire_text(text.pk, by=colleague, at=NOON),
            lambda: text_for(text.pk, by=colleague),
        ):
            with pytest.raises(NotFound):
                act()

    def test_uses_are_counted_only_of_texts_one_may_use(self):
        mine, other = (write_text(LAMP, by=who, at=NOON) for who in (chen(), zhao()))
        count_use({mine.pk, other.pk}, by=chen())
        count_use({mine.pk}, by=chen(), times=3)
        used = {one.pk: one.used for one in StandardText.objects.all()}
        assert used == {mine.pk: 4, other.pk: 0}


@pytest.mark.django_db
class TestFilling:
    def test_the_variables_say_what_stands_in_the_case(self):
        case = make_case(Status.IN_HAND)
        said = fill(LAMP.body + "{到期时间}|{地点}|{经办人}|{今天}", case, by=chen(), at=NOON)
        assert said.startswith(f"您反映的{case.title}已由路灯管理所办理,编号{case.number}。")
        assert said.endswith("|槐树街 12 号门前|陈国强|2026-03-04")

    def test_the_person_is_named_only_where_one_may_know_them_and_that_is_logged(self):
        open_case, kept = make_case(Status.IN_HAND), make_case(Status.IN_HAND, is_confidential=True)
        assert fill("{诉求人}您好", open_case, by=chen(), at=NOON) == f"{WANG.name}您好"
        assert [look.official_id for look in accesses_about(open_case.number)] == [chen().pk]
        assert WANG.name not in fill("{诉求人}您好", kept, by=chen(), at=NOON)
        assert not accesses_about(kept.number).exists()
        assert fill("{诉求人}您好", kept, by=lin(), at=NOON) == f"{WANG.name}您好"

    def test_no_other_variable_opens_the_persons_data(self):
        case = make_case(Status.IN_HAND)
        body = "".join(f"{{{one.chinese}}}" for one in VARIABLES if not one.personal)
        said = fill(body, case, by=chen(), at=NOON)
        assert WANG.name not in said
        assert WANG.phone not in said
        assert not accesses_about(case.number).exists()

    def test_a_case_without_a_person_a_place_or_a_unit_can_be_written_about(self):
        case = make_case(resident=ResidentData(), address="")
        body = "".join(f"{{{one.chinese}}}" for one in VARIABLES)
        assert "{" not in fill(body, fresh(case), by=lin(), at=NOON)
        assert Case.objects.get(pk=case.pk).resident_id is None
