"""What a phone sends: kept once, whoever sends it again; late, in halves, with a wrong clock."""

import json
import uuid
from datetime import timedelta

import pytest

from huiyin.cases.models import Attachment, Case
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.neighbourhood.beats import dismiss_chief
from huiyin.neighbourhood.jobs import forget_tracks
from huiyin.neighbourhood.models import Finding, FindingPhoto, Patrol, Track
from huiyin.neighbourhood.patrols import PhotoSaid, keep_photo, receive_upload
from huiyin.neighbourhood.uploads import FindingSaid, PatrolSaid, TrackSaid, Upload, read_upload
from huiyin.office.problems import NotFound, WrongInput
from tests.cases.test_locks import at_once
from tests.makers import NOON, hotline, make_case, minutes
from tests.neighbourhood.ground import POINT, chief, lane, luo, place, stranger
from tests.people import he
from tests.photos import photo, upload

BEGAN = NOON - minutes(60)


def walk(**facts) -> PatrolSaid:
    facts.setdefault("beat", "huaishu-lane")
    return PatrolSaid(facts.pop("id", None) or uuid.uuid4(), began_at=BEGAN, **facts)


def lid(**facts) -> FindingSaid:
    facts.setdefault("text", "井盖松动。")
    return FindingSaid(facts.pop("id", None) or uuid.uuid4(), BEGAN + minutes(9), **facts)


def sent(patrol, *findings, tracks=(), ahead=timedelta(0)) -> Upload:
    return Upload(NOON + ahead, patrol, list(tracks), list(findings))


def receive(what, by=None, at=NOON):
    hotline()
    return receive_upload(what, by=by or luo(), at=at)


def test_a_finding_becomes_a_case_at_the_hotline_without_a_resident():
    chief()
    kept = receive(sent(walk(), lid(point=POINT, accuracy=8)))
    case = Case.objects.get(number=next(iter(kept.cases.values())))
    assert (case.kind, case.channel, case.found_by, case.resident) == (
        "patrol",
        "patrol",
        luo(),
        None,
    )
    assert (case.intake_unit, case.place, case.status) == (hotline(), place(), "received")
    assert case.received_at == NOON


def test_what_is_sent_twice_is_there_once():
    chief()
    track = TrackSaid(uuid.uuid4(), BEGAN, [[1.0, *POINT, 5.0]])
    everything = sent(walk(), lid(), lid(text="堆物。"), tracks=[track])
    first, again = receive(everything), receive(everything, at=NOON + minutes(5))
    assert first.cases == again.cases
    counts = [model.objects.count() for model in (Patrol, Track, Finding, Case)]
    assert counts == [1, 1, 2, 2]
    codes = [line.code for line in entries_about("beat:huaishu-lane")]
    assert codes.count("patrol.began") == 1
    assert codes.count("patrol.found") == 2


def test_the_second_half_of_an_upload_is_added_to_the_first():
    chief()
    patrol, first, second = walk(), lid(), lid(text="堆物。")
    receive(sent(patrol, first))
    kept = receive(sent(patrol, first, second))
    assert set(kept.cases) == {first.id, second.id}
    assert Case.objects.count() == 2


def test_a_finding_that_cannot_be_kept_holds_up_no_other():
    chief()
    bad, good = lid(text=" "), lid()
    kept = receive(sent(walk(), bad, good))
    assert list(kept.refused) == [bad.id]
    assert list(kept.cases) == [good.id]


def test_a_finding_with_the_number_of_a_residents_form_opens_nobodys_request():
    key = uuid.uuid4()
    case = make_case(form_key=key)
    chief()
    kept = receive(sent(walk(), lid(id=key)))
    assert list(kept.refused) == [key]
    assert not Finding.objects.filter(case=case).exists()


def test_a_photo_that_comes_twice_is_kept_once_and_one_that_comes_too_early_waits():
    chief()
    patrol, found = walk(), lid()
    said = PhotoSaid(uuid.uuid4(), found.id, BEGAN, NOON)
    hotline()
    with pytest.raises(NotFound):
        keep_photo(said, upload(photo()), by=luo(), at=NOON)
    receive(sent(patrol, found))
    for late in (1, 2):
        keep_photo(said, upload(photo()), by=luo(), at=NOON + minutes(late))
    assert FindingPhoto.objects.count() == Attachment.objects.count() == 1
    assert Attachment.objects.get().added_by == luo()


def test_nobody_adds_a_photo_to_what_another_found():
    chief()
    found = lid()
    receive(sent(walk(), found))
    said = PhotoSaid(uuid.uuid4(), found.id, BEGAN, NOON)
    with pytest.raises(NotFound):
        keep_photo(said, upload(photo()), by=stranger(), at=NOON)


@pytest.mark.parametrize(
    ("seconds", "off"), [(0, False), (-120, False), (121, True), (-7200, True)]
)
def test_a_phone_clock_that_is_off_is_noticed_and_put_right(seconds, off):
    chief()
    ahead = timedelta(seconds=seconds)
    said = PatrolSaid(uuid.uuid4(), "huaishu-lane", BEGAN + ahead)
    patrol = receive(sent(said, ahead=ahead)).patrol
    assert (patrol.phone_at, patrol.arrived_at) == (BEGAN + ahead, NOON)
    assert patrol.clock_is_off is off
    assert patrol.began_at == (BEGAN if off else BEGAN + ahead)
    noted = entries_about("beat:huaishu-lane")[-1].details.get("clock_ahead_seconds")
    assert noted == (seconds if off else None)


def test_nothing_begins_after_it_arrived():
    chief()
    said = PatrolSaid(uuid.uuid4(), "huaishu-lane", NOON + minutes(50))
    assert receive(sent(said)).patrol.began_at == NOON


def test_who_is_not_chief_of_the_beat_walks_nothing():
    chief()
    with pytest.raises(NotFound):
        receive(sent(walk()), by=stranger())
    with pytest.raises(NotFound):
        receive(sent(walk(beat="no-such-lane")))


def test_a_chief_whose_time_ended_still_sends_what_was_walked_before():
    held = chief()
    dismiss_chief(held, by=he(), at=NOON)
    later, tomorrow = NOON + timedelta(days=2), NOON + timedelta(days=1)
    receive(Upload(later, walk(), [], []), at=later)
    with pytest.raises(NotFound):
        receive(Upload(later, PatrolSaid(uuid.uuid4(), "huaishu-lane", tomorrow), [], []), at=later)


def test_nobody_writes_in_the_patrol_of_another():
    chief()
    chief(stranger())
    patrol = walk()
    receive(sent(patrol))
    with pytest.raises(NotFound):
        receive(sent(patrol, lid()), by=stranger())
    assert Case.objects.count() == 0


def test_a_patrol_ends_once_and_keeps_its_first_words():
    chief()
    pk = uuid.uuid4()
    receive(sent(walk(id=pk)))
    receive(sent(walk(id=pk, ended_at=NOON - minutes(1), words="无积水。")))
    receive(sent(walk(id=pk, ended_at=NOON, words="另一次。")))
    row = Patrol.objects.get()
    assert (row.ended_at, row.words) == (NOON - minutes(1), "无积水。")


def body(**changes) -> bytes:
    said = {
        "sent_at": "2026-03-04T04:00:00.000Z",
        "patrol": {"id": str(uuid.uuid4()), "beat": "b", "began_at": "2026-03-04T03:00:00Z"},
    }
    return json.dumps(said | changes).encode()


def test_what_a_phone_writes_is_read():
    told = read_upload(body())
    assert told.sent_at == NOON
    assert told.patrol.ended_at is None


def test_what_no_table_can_hold_is_left_out_of_what_a_phone_writes():
    walked = {"id": str(uuid.uuid4()), "beat": "b\0", "began_at": "2026-03-04T03:00:00Z"}
    found = {"id": str(uuid.uuid4()), "at": "2026-03-04T04:00:00Z", "text": "x", "category": "c\0"}
    told = read_upload(body(patrol=walked, findings=[found]))
    assert (told.patrol.beat, told.findings[0].category) == ("b", "c")


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        b"\xff",
        body(sent_at="yesterday"),
        body(sent_at="2026-03-04T04:00:00"),
        body(patrol={}),
        body(findings=[{"id": "1", "at": "2026-03-04T04:00:00Z", "text": "x"}]),
        body(findings=[{"id": str(uuid.uuid4()), "at": "2026-03-04T04:00:00Z", "text": 7}]),
        body(tracks=[{"id": str(uuid.uuid4()), "at": "2026-03-04T04:00:00Z", "points": [[1, 2]]}]),
        body(
            tracks=[
                {
                    "id": str(uuid.uuid4()),
                    "at": "2026-03-04T04:00:00Z",
                    "points": [[1, 999, 2, 3]],
                }
            ]
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(broken):
    with pytest.raises(WrongInput):
        read_upload(broken)


@pytest.mark.slow
@pytest.mark.usefixtures("committed_city")
def test_two_tabs_that_send_at_once_keep_everything_once():
    chief()
    hotline()
    by, everything = luo(), sent(walk(), lid(), lid(text="堆物。"))
    results = at_once(*[lambda: receive_upload(everything, by=by, at=NOON)] * 4)
    assert len({tuple(result.cases.values()) for result in results}) == 1
    assert [model.objects.count() for model in (Patrol, Finding, Case)] == [1, 2, 2]
    assert verify().problems == []


@pytest.mark.slow
@pytest.mark.usefixtures("committed_city")
def test_tabs_that_add_to_a_patrol_that_has_begun_add_each_finding_once():
    chief()
    hotline()
    by, patrol, found = luo(), walk(), [lid(text=f"第 {number} 处。") for number in range(5)]
    receive(sent(patrol))
    results = at_once(*[lambda: receive_upload(sent(patrol, *found), by=by, at=NOON)] * 4)
    assert [len(result.cases) for result in results] == [5] * 4
    assert [model.objects.count() for model in (Patrol, Finding, Case)] == [1, 5, 5]


def test_where_somebody_walked_is_forgotten_in_time_and_never_comes_back():
    chief()
    track = TrackSaid(uuid.uuid4(), BEGAN, [[1.0, *POINT, 5.0]])
    everything = sent(walk(), lid(), tracks=[track])
    receive(everything)
    assert forget_tracks(at=NOON + timedelta(days=90)) == 0
    assert forget_tracks(at=NOON + timedelta(days=91)) == 1
    receive(everything, at=NOON + timedelta(days=92))
    assert Track.objects.get().points == []
    assert (Patrol.objects.count(), Finding.objects.count()) == (1, 1)


def test_a_beat_without_chief_is_found_by_nobody():
    lane()
    with pytest.raises(NotFound):
        receive(sent(walk()))
