"""What a row says of a case, and which rule settles what contradicts itself. No database."""

from datetime import datetime, timedelta

import pytest

from huiyin.cases.rules import Status
from huiyin.exchange.imports import rules
from huiyin.exchange.imports.cells import text_of
from huiyin.exchange.imports.translating import prints_of
from huiyin.office.problems import WrongInput
from tests.exchange.invented import NOW, OPEN, ZONE, mapping, told

OPENED = datetime(2025, 5, 1, 8, 0, tzinfo=ZONE)
CLOSED = datetime(2025, 5, 2, 9, 30, tzinfo=ZONE)


def steps_of(past):
    return [(step.end, step.at) for step in past.steps]


def test_a_closed_case_was_sent_answered_and_closed_at_its_own_times():
    past = told()
    assert past.received_at == OPENED
    assert steps_of(past) == [
        (Status.DISPATCHED, OPENED),
        (Status.ANSWERED, CLOSED),
        (Status.CLOSED, CLOSED),
    ]
    assert past.due_at == datetime(2025, 5, 3, 8, 0, tzinfo=ZONE)
    assert past.rules_used == []


def test_an_open_case_stays_with_its_unit():
    assert steps_of(told(**OPEN)) == [(Status.DISPATCHED, OPENED)]


def test_a_case_of_which_nothing_is_known_but_its_receipt_stays_received():
    assert told(status="New", closed="", reply="").steps == []


def test_the_answer_carries_the_reply_and_nobody_was_asked():
    answered, closed = told().steps[1:]
    assert answered.reply == "The bulb was replaced."
    assert (closed.outcome.asked, closed.outcome.solved, closed.outcome.satisfied) == (
        False,
        None,
        "",
    )


def test_what_residents_said_comes_with_the_closing():
    by = mapping(
        outcome={
            "solved": {"column": "where", "values": {"yes": "yes"}},
            "satisfied": {"column": "title", "values": {"fine": "satisfied"}},
        }
    )
    outcome = told(by, where="YES", title="Fine").steps[-1].outcome
    assert (outcome.asked, outcome.solved, outcome.satisfied) == (True, True, "satisfied")


def test_a_case_closed_before_it_was_opened_is_closed_when_it_was_opened():
    past = told(closed="2025-05-01 07:59:30")
    assert [at for _end, at in steps_of(past)] == [OPENED] * 3
    assert past.rules_used == [rules.OUT_OF_ORDER]
    said = OPENED - timedelta(seconds=30)
    assert past.last_note.details == {"rules": [rules.OUT_OF_ORDER], "said": {"closed": said}}


def test_a_missing_target_is_counted():
    past = told(target="")
    assert past.due_at is None
    assert past.rules_used == [rules.DUE_MISSING]


def test_a_case_nobody_was_sent_owes_no_target():
    assert told(status="New", closed="", reply="", target="").rules_used == []


def test_a_closed_case_without_a_closing_time_stops_at_its_unit():
    past = told(closed="", reply="")
    assert steps_of(past) == [(Status.DISPATCHED, OPENED)]
    assert past.rules_used == [rules.MOMENT_MISSING]


def test_the_closing_time_of_an_open_case_is_noted_and_not_believed():
    past = told(status="Open", reply="")
    assert steps_of(past) == [(Status.DISPATCHED, OPENED)]
    assert past.rules_used == [rules.UNUSED_MOMENT]
    assert past.last_note.said == {"closed": CLOSED}


def test_the_reply_of_an_open_case_is_noted_beside_the_chain():
    past = told(status="Open", closed="")
    assert past.rules_used == [rules.UNPLACED_ANSWER]
    assert past.last_note.words == {"reply": "The bulb was replaced."}


def test_an_answer_without_words_is_counted():
    assert told(reply="").rules_used == [rules.REPLY_MISSING]


def test_a_default_point_is_dropped():
    past = told(default="TRUE")
    assert past.point is None
    assert past.rules_used == [rules.DEFAULT_POINT]


def test_a_default_point_can_be_kept():
    past = told(mapping(rules={"default_point": "keep"}), default="true")
    assert past.point == (-71.06, 42.36)


def test_the_middle_of_the_ocean_is_a_default_point():
    assert told(lon="0", lat="0.0").rules_used == [rules.DEFAULT_POINT]


@pytest.mark.parametrize(
    ("lon", "lat"), [("-71.06", ""), ("x", "42"), ("181", "42"), ("0", "91"), ("nan", "1")]
)
def test_an_impossible_point_is_dropped(lon, lat):
    past = told(lon=lon, lat=lat)
    assert past.point is None
    assert past.rules_used == [rules.IMPOSSIBLE_POINT]


def test_a_case_without_a_point_breaks_no_rule():
    past = told(lon="", lat="")
    assert past.point is None
    assert past.rules_used == []


def test_a_day_without_a_time_begins_at_midnight_there():
    past = told(opened="2025-05-01")
    assert past.received_at == datetime(2025, 5, 1, tzinfo=ZONE)
    assert past.rules_used == [rules.DAY_ONLY]
    assert past.first_note.said == {"received": "2025-05-01"}


def test_an_hour_that_came_twice_is_read_as_the_first():
    past = told(opened="2024-11-03 01:30:00", **OPEN)
    assert past.received_at.isoformat() == "2024-11-03T05:30:00+00:00"
    assert past.rules_used == [rules.UNCLEAR_TIME]


def test_a_title_stands_in_for_a_missing_text():
    by = mapping(text={"text": "{where}"})
    past = told(by, where="")
    assert past.texts["text"] == "Lamp out for a week"
    assert past.rules_used == [rules.TEXT_MISSING]


def test_a_missing_title_falls_back_to_the_next_alternative():
    assert told(title="").texts["title"] == "Dark lamp"


def test_a_text_that_is_too_long_is_cut_and_kept_whole_in_the_note():
    past = told(title="x" * 6000)
    assert [len(past.texts[key]) for key in ("title", "text")] == [200, 5000]
    assert past.texts["text"].endswith("…")
    assert past.rules_used == [rules.TEXT_TOO_LONG]
    assert past.first_note.words["title"] == "x" * 6000


CONTRADICTIONS = {
    rules.OUT_OF_ORDER: {"closed": "2025-05-01 07:00:00"},
    rules.DUE_MISSING: {"target": ""},
    rules.MOMENT_MISSING: {"closed": "", "reply": ""},
    rules.UNUSED_MOMENT: {"status": "Open", "reply": ""},
    rules.UNPLACED_ANSWER: {"status": "Open", "closed": ""},
    rules.REPLY_MISSING: {"reply": ""},
    rules.DEFAULT_POINT: {"default": "true"},
    rules.IMPOSSIBLE_POINT: {"lat": ""},
    rules.UNCLEAR_TIME: {"opened": "2024-11-03 01:30:00"},
    rules.DAY_ONLY: {"opened": "2025-05-01"},
    rules.TEXT_MISSING: {"type": "", "where": ""},
    rules.TEXT_TOO_LONG: {"where": "x" * 301},
}


@pytest.mark.parametrize("rule", sorted(set(rules.RULES) - {rules.AMBIGUOUS_PLACE}))
def test_every_rule_can_reject_the_row_instead(rule):
    cells = CONTRADICTIONS[rule]
    # A text of one column only, so that it can be missing while the title is there.
    text = {"text": "{where}"} if rule == rules.TEXT_MISSING else {}
    kept = told(mapping(text=text), **cells)
    assert rule in kept.rules_used
    with pytest.raises(WrongInput, match=r"\.$"):
        told(mapping(text=text, rules={rule: "reject"}), **cells)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"opened": ""}, "does not say when the case was received"),
        ({"opened": "2027-01-01 00:00:00"}, "in the future"),
        ({"closed": "2027-01-01 00:00:00"}, "in the future"),
        ({"opened": "13/45/2025"}, "“13/45/2025” in the column “opened” cannot be read"),
        ({"status": "Lost"}, "“Lost” in the column “status” is not in the mapping"),
        ({"status": ""}, "The column “status” is empty"),
        ({"channel": "Pigeon"}, "“Pigeon” in the column “channel” is not in the mapping"),
        ({"unit": ""}, "names no unit"),
        ({"unit": "u" * 121}, "longer than 120 characters"),
        ({"title": "", "type": "", "where": ""}, "neither a title nor a text"),
        ({"id": "i" * 121}, "longer than 120 characters"),
    ],
)
def test_a_row_that_cannot_be_placed_says_why(cells, sentence):
    with pytest.raises(WrongInput, match=sentence):
        told(**cells)


def test_an_unknown_word_may_mean_the_default():
    by = mapping(channel={"unknown": "default", "default": "other"})
    assert told(by, channel="Pigeon").channel == "other"
    assert told(by, channel="").channel == "other"
    assert told(by, channel="CALL").channel == "phone"


def test_words_of_a_column_are_told_apart_by_a_pattern():
    by = mapping(channel={"column": "id", "pattern": "^(.)-", "values": {"L": "phone"}})
    assert told(by, id="L-77").channel == "phone"


def test_a_time_zone_may_depend_on_a_column():
    zones = {"column": "default", "values": {"true": "UTC"}, "default": "America/New_York"}
    by = mapping(source={"time_zone": zones}, point={"is_default": {}})
    assert told(by, default="true").received_at.isoformat() == "2025-05-01T08:00:00+00:00"
    assert told(by, default="").received_at == OPENED


def test_names_go_from_wide_to_fine_and_stop_at_the_first_gap():
    assert told().category == ("Lighting", "Dark lamp")
    assert told(group="").category == ()
    assert told(group="  Street   lights ", type="").category == ("Street lights",)


def test_one_column_may_hold_a_whole_path():
    by = mapping(category={"columns": ["group"], "split": ["->", "-"]})
    assert told(by, group="市政->井盖-> 自来水井").category == ("市政", "井盖", "自来水井")
    assert told(by, group="市政-井盖").category == ("市政", "井盖")


def test_words_that_mean_nothing_are_taken_as_missing():
    by = mapping(source={"missing": ["N/A"]}, place={"missing": ["Unknown"]})
    assert told(by, district="unknown").place == ()
    assert told(by, title="n/a").texts["title"] == "Dark lamp"


def test_a_resident_is_read_where_the_layout_has_one():
    assert told(name="Ann", phone="555 0100").resident.name == "Ann"
    assert told().resident.is_empty()


def test_a_step_that_owes_a_reason_brings_it():
    steps = {"Closed": ["dispatched at received", "withdrawn at closed"]}
    by = mapping(status={"steps": steps}, text={"reason": "{reply}"})
    assert told(by).steps[-1].reason == "The bulb was replaced."


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (True, "true"),
        (101000295613.0, "101000295613"),
        (1.5, "1.5"),
        (7, "7"),
        (datetime(2025, 5, 1, 8), "2025-05-01 08:00:00"),  # noqa: DTZ001 - as files hold it
        (NOW.date(), "2026-03-04"),
        ("  x ", "x"),
    ],
)
def test_cells_of_every_kind_become_the_text_a_person_would_write(cell, text):
    assert text_of(cell) == text


def test_a_life_that_goes_on_begins_with_the_same_digests():
    key = b"k" * 32
    open_life, closed_life = prints_of(told(**OPEN), key=key), prints_of(told(), key=key)
    assert closed_life[: len(open_life)] == open_life
    assert prints_of(told(title="Else"), key=key)[0] != open_life[0]
    assert prints_of(told(target="", **OPEN), key=key)[1] != open_life[1]
    assert prints_of(told(**OPEN), key=b"other")[0] != open_life[0]


def test_two_lives_with_other_replies_have_other_digests():
    key = b"k" * 32
    assert prints_of(told(reply="Else."), key=key)[2] != prints_of(told(), key=key)[2]
