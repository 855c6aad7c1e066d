"""An exclusion (剔除) takes two sides and a time, and never touches what happened."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from huiyin.cases.models import ApplicationState, Case, Round
from huiyin.counting.exclusions.asking import Plea, ask_exclusion, take_back
from huiyin.counting.exclusions.grounds import city_list
from huiyin.counting.exclusions.lapsing import lapse_overdue
from huiyin.counting.exclusions.models import Exclusion
from huiyin.counting.exclusions.rechecking import Look, note_recheck
from huiyin.counting.exclusions.ruling import Verdict, rule_on
from huiyin.departments.actions import add_unit, end_post, give_post
from huiyin.departments.models import Official, Post, UnitLevel
from huiyin.followup.models import CallBack
from huiyin.followup.plans import key_of
from huiyin.followup.rules import lot
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.counting.papers import (
    CALLED,
    GRANT,
    LATER,
    REFUSE,
    asked_exclusion,
    called_case,
    draws_all,
    fact_of,
    granted_exclusion,
    plea,
    supervisor,
)
from tests.makers import city, fresh, hotline, lighting, make_official, officer_of, parks
from tests.people import gao, zhao

pytestmark = pytest.mark.django_db


def stored(paper) -> Exclusion:
    """The paper as the next person finds it."""
    return Exclusion.objects.get(pk=paper.pk)


def what_happened(case) -> list:
    """The rows of what happened, in which no paper may change anything."""
    return [
        list(model.objects.filter(**{name: case.pk}).values().order_by("pk"))
        for model, name in ((Case, "pk"), (Round, "case"), (CallBack, "case"))
    ]


def test_a_granted_exclusion_is_left_out_of_one_figure_and_what_happened_stays():
    case = called_case()
    before = what_happened(case)
    assert fact_of(case, at=LATER).is_excluded is False
    paper = granted_exclusion(case)
    fact = fact_of(case, at=LATER + timedelta(hours=2))
    assert fact.is_excluded is True
    assert (fact.solved, fact.satisfied) == (False, "dissatisfied")
    assert what_happened(case) == before
    assert stored(paper).granted_at == LATER + timedelta(hours=1)


def test_every_step_stands_in_the_logbook_and_is_told(settings):
    draws_all(settings)
    paper = granted_exclusion()
    note_recheck(
        paper, Look("annulled", "材料与本案无关。"), by=gao(), at=LATER + timedelta(hours=9)
    )
    codes = [line.code for line in entries_about(paper.case.number)]
    assert codes[-3:] == ["exclusion.asked", "exclusion.ruled", "exclusion.rechecked"]
    told = set(Notice.objects.filter(about=paper.case.number).values_list("code", flat=True))
    assert {"exclusion.asked", "exclusion.granted", "exclusion.drawn", "exclusion.annulled"} <= told
    assert not Notice.objects.filter(code__startswith="exclusion", audience="resident").exists()


def test_what_is_asked_too_late_is_not_taken(settings):
    settings.EXCLUSION_ASK_DAYS = 5
    case = called_case()
    last = CALLED + timedelta(days=5)
    with pytest.raises(NotPossible, match="5"):
        asked_exclusion(case, at=last + timedelta(seconds=1))
    assert asked_exclusion(case, at=last).state == "open"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (Plea(1, "outside_duty", "  ", ()), "原因"),
        (Plea(1, "outside_duty", "不属于政府职责。", ()), "佐证"),
        (Plea(1, "because", "不属于政府职责。", ()), "理由"),
    ],
)
def test_an_exclusion_without_ground_words_or_evidence_changes_nothing(wrong, sentence):
    case = called_case()
    with pytest.raises(WrongInput, match=sentence):
        ask_exclusion(case.number, wrong, by=officer_of(lighting()), at=LATER)
    assert not Exclusion.objects.exists()


def test_a_ground_that_needs_no_evidence_is_taken_without():
    paper = asked_exclusion(ground="other_person", files=())
    assert paper.files.count() == 0


def test_a_ground_is_taken_only_on_the_days_on_which_it_holds():
    ground = city_list().grounds["exclusion"]["outside_duty"]
    assert not ground.holds_on(ground.valid_from - timedelta(days=1))
    assert ground.holds_on(ground.valid_from)


def test_nobody_was_reached_so_there_is_nothing_to_leave_out():
    case = called_case()
    CallBack.objects.filter(case=case).update(reached=False)
    with pytest.raises(NotPossible):
        asked_exclusion(case)


def test_another_unit_does_not_ask_for_it():
    case = called_case()
    with pytest.raises(NotAllowed):
        ask_exclusion(case.number, plea(), by=zhao(), at=LATER)


def test_the_same_call_back_is_asked_about_once():
    paper = asked_exclusion()
    rule_on(paper, REFUSE, by=supervisor(), at=LATER)
    with pytest.raises(NotPossible):
        asked_exclusion(fresh(paper.case))


def test_what_was_taken_back_may_be_asked_for_again():
    paper = asked_exclusion()
    take_back(paper, by=officer_of(lighting()), at=LATER)
    assert asked_exclusion(fresh(paper.case)).pk != paper.pk


def test_a_refusal_needs_its_reason():
    paper = asked_exclusion()
    with pytest.raises(WrongInput):
        rule_on(paper, Verdict(is_granted=False, words="  "), by=supervisor(), at=LATER)
    assert stored(paper).state == "open"


def test_whoever_asked_does_not_rule_with_whatever_further_post():
    paper = asked_exclusion()
    give_post(paper.asked_by, Post.SUPERVISOR, unit=city())
    by = Official.objects.get(pk=paper.asked_by_id)
    with pytest.raises(NotAllowed):
        rule_on(paper, GRANT, by=by, at=LATER)


def district_street():
    """A street below a district of the city."""
    district = add_unit("east", "东城区", parent=city(), level=UnitLevel.DISTRICT)
    return add_unit("locust", "槐树街道", parent=district, level=UnitLevel.STREET), district


def test_the_own_head_of_a_unit_does_not_rule():
    street, district = district_street()
    paper = asked_exclusion(called_case(unit=street))
    head = make_official(Post.SUPERVISOR, unit=hotline())
    give_post(head, Post.LEADER, unit=district)
    with pytest.raises(NotAllowed):
        rule_on(paper, GRANT, by=head, at=LATER)
    assert rule_on(paper, GRANT, by=gao(), at=LATER).state == "granted"


def test_nobody_who_sits_below_the_unit_rules():
    street, _district = district_street()
    paper = asked_exclusion(called_case(unit=street))
    grid = add_unit("grid", "一网格", parent=street, level=UnitLevel.COMMUNITY)
    below = make_official(Post.SUPERVISOR, unit=hotline())
    give_post(below, Post.CALLER, unit=grid)
    with pytest.raises(NotAllowed):
        rule_on(paper, GRANT, by=below, at=LATER)


@pytest.mark.parametrize("post", [post for post in Post if post != Post.SUPERVISOR])
def test_only_supervisors_of_the_hotline_rule(post):
    paper = asked_exclusion()
    with pytest.raises(NotAllowed):
        rule_on(paper, GRANT, by=make_official(post, unit=hotline()), at=LATER)
    with pytest.raises(NotAllowed):
        rule_on(paper, GRANT, by=supervisor(parks()), at=LATER)


def test_what_nobody_ruled_on_in_time_has_lapsed_also_before_the_job_wrote_it(settings):
    settings.EXCLUSION_RULING_HOURS = 24
    paper = asked_exclusion()
    over = LATER + timedelta(hours=24, seconds=1)
    with pytest.raises(NotPossible):
        rule_on(paper, GRANT, by=supervisor(), at=over)
    assert lapse_overdue(at=over) == 1
    assert (stored(paper).state, stored(paper).granted_at) == ("lapsed", None)
    assert lapse_overdue(at=over) == 0
    assert fact_of(paper.case, at=over).is_excluded is False


def test_what_lapsed_through_nobody_ruling_may_be_asked_for_again():
    paper = asked_exclusion(at=CALLED)
    again = asked_exclusion(fresh(paper.case), at=paper.rule_by + timedelta(minutes=1))
    assert (stored(paper).state, stored(again).state) == ("lapsed", "open")


def test_the_second_of_two_rulings_reads_who_ruled_first():
    paper = asked_exclusion()
    first, second = supervisor(), supervisor()
    rule_on(paper, GRANT, by=first, at=LATER)
    with pytest.raises(NotPossible, match=first.name):
        rule_on(paper, REFUSE, by=second, at=LATER)
    assert stored(paper).state == "granted"


def test_the_lot_is_drawn_by_the_key_so_that_nobody_can_steer_it(settings):
    draws_all(settings)
    paper = stored(granted_exclusion())
    drawn = lot(key_of(None), paper.case.number, 1, what="exclusion")
    assert (paper.lot, paper.parts) == (drawn, 10_000)
    assert paper.recheck_by is not None


def test_the_lot_falls_on_as_many_as_the_share_says(settings):
    settings.EXCLUSION_RECHECK_PERCENT = 0
    paper = granted_exclusion()
    with pytest.raises(NotPossible):
        note_recheck(paper, Look("annulled", "不符。"), by=gao(), at=LATER)
    assert stored(paper).recheck_by is None


def test_an_annulment_counts_from_then_on_and_keeps_what_was_known_before(settings):
    draws_all(settings)
    case = called_case()
    paper = granted_exclusion(case)
    assert fact_of(case, at=LATER + timedelta(hours=2)).is_excluded is True
    at = LATER + timedelta(days=3)
    note_recheck(paper, Look("annulled", "诉求属于职责范围。"), by=supervisor(), at=at)
    assert fact_of(case, at=at).is_excluded is False
    assert (stored(paper).annulled_at, stored(paper).state) == (at, "granted")


def test_neither_who_asked_nor_who_ruled_nor_who_called_looks_again(settings):
    draws_all(settings)
    paper = granted_exclusion()
    ruler = Official.objects.get(pk=paper.ruled_by_id)
    caller = Official.objects.get(pk=stored(paper).call_back.by_id)
    for by in (ruler, caller, officer_of(lighting())):
        with pytest.raises(NotAllowed):
            note_recheck(paper, Look("stands", "属实。"), by=by, at=LATER)
    third = make_official(Post.CALLER, unit=hotline())
    assert note_recheck(paper, Look("stands", "属实。"), by=third, at=LATER).annulled_at is None
    with pytest.raises(NotPossible, match=third.name):
        note_recheck(paper, Look("annulled", "不符。"), by=supervisor(), at=LATER)


def test_a_later_word_of_the_resident_counts_though_an_earlier_one_was_left_out():
    case = called_case()
    paper = granted_exclusion(case)
    call = stored(paper).call_back
    at = LATER + timedelta(hours=2)
    CallBack.objects.create(
        case=case, round_number=1, via="web", at=at, reached=True, solved=False,
        satisfied="dissatisfied", contacted=call.contacted,
    )  # fmt: skip
    assert fact_of(case, at=at).is_excluded is False


def test_an_exclusion_is_no_application_and_stops_no_clock():
    paper = asked_exclusion()
    assert paper.state == ApplicationState.OPEN
    assert fresh(paper.case).status == "closed"


def test_who_asked_and_then_moved_to_the_hotline_does_not_rule_on_it():
    paper = asked_exclusion()
    held = paper.asked_by.posts.get()
    end_post(held, last_on=localdate() - timedelta(days=1))
    give_post(paper.asked_by, Post.SUPERVISOR, unit=hotline())
    moved = Official.objects.get(pk=paper.asked_by_id)
    with pytest.raises(NotAllowed):
        rule_on(paper, GRANT, by=moved, at=LATER)
    assert stored(paper).state == "open"
