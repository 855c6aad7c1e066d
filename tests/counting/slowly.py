"""The slow count: what a careful clerk would do with the files of every case, one by one.

Nothing is read but the rows of the other rooms, nothing is shared with the SQL of the facts.
"""

from fractions import Fraction

from huiyin.cases.models import Case, Round
from huiyin.counting.models import Correction, Exclusion
from huiyin.followup.models import CallBack

ANCHORS = {
    "valid_call_backs": "called_at",
    "call_backs": "tried_at",
    "closed": "closed_at",
    "answered": "answered_at",
    "received": "received_at",
}


def files() -> list[dict]:
    """Every round of every voice, as its file tells."""
    cases = Case.objects.filter(kind="request").select_related("parent", "intake_unit")
    return [_file(case, number) for case in cases for number in range(1, case.round_number + 1)]


def _file(case: Case, number: int) -> dict:
    turn = Round.objects.filter(case=case, number=number).first()
    is_last = number == case.round_number
    answered_at = turn.answered_at if turn else None
    calls = list(CallBack.objects.filter(case=case, round_number=number).order_by("at", "pk"))
    said = [call for call in calls if call.reached and call.solved is not None]
    last = said[-1] if said else None
    if answered_at or not is_last:
        unit = turn.unit_id if turn else None
    elif case.status == "merged":
        unit = case.parent.unit_id
    else:
        unit = case.unit_id
    for row in Correction.objects.filter(case=case, round_number=number, annulled_at=None):
        if row.count == "unit" and row.unit_id == unit:
            unit = row.to_unit_id
            break
    excluded = (
        last is not None
        and Exclusion.objects.filter(
            call_back=last, granted_at__isnull=False, annulled_at=None
        ).exists()
    )
    return {
        "case": case.pk,
        "round": number,
        "is_last": is_last,
        "is_first": number == 1,
        "is_child": case.parent_id is not None,
        "unit": unit,
        "received_at": case.received_at,
        "answered_at": answered_at,
        "closed_at": case.closed_at if is_last else turn and turn.closed_at,
        "called_at": last.at if last else None,
        "tried_at": last.at if last else (calls[-1].at if calls else None),
        "word": _word(case, is_last, answered_at, calls, last),
        "contacted": last.contacted if last else None,
        "solved": last.solved if last else None,
        "satisfied": last.satisfied if last else "",
        "excluded": excluded,
    }


def _word(case, is_last, answered_at, calls, last) -> str:
    if last:
        return "said"
    if answered_at is None:
        ended = is_last and case.status in {"withdrawn", "redirected", "closed"}
        return "ended" if ended or not is_last else "open"
    if is_last and case.status == "answered":
        return "waiting"
    return "not_reached" if calls else "not_asked"


def count_slowly(caliber, start, end) -> dict:
    """For each unit: received, closed, and without and with what is excluded the counts."""
    units: dict = {}
    for one in files():
        if one["is_child"] and caliber.merged == "per_parent":
            continue
        row = units.setdefault(one["unit"], _empty())
        row["received"] += one["is_last"] and _within(one["received_at"], start, end)
        row["closed"] += one["is_last"] and _within(one["closed_at"], start, end)
        if caliber.rounds == "every" or one["is_last" if caliber.rounds == "last" else "is_first"]:
            for side in ("all",) if one["excluded"] else ("all", "net"):
                _count_side(row[side], one, caliber, (start, end))
    return {unit: row for unit, row in units.items() if row != _empty()}


def _count_side(tally, one, caliber, window) -> None:
    anchor = ANCHORS[caliber.denominator]
    by_receipt = anchor == "received_at"
    since = one["received_at"] if by_receipt else one["answered_at"]
    if one["word"] in ({"waiting", "open"} if by_receipt else {"waiting"}):
        if _within(since, *window):
            tally["waiting"] += 1
            if caliber.not_yet_callable == "count_as_open":
                _count_in(tally, one, caliber)
    elif _within(one[anchor], *window):
        in_vain = one["word"] == "not_reached" and anchor != "called_at"
        if one["word"] == "said" or (in_vain and caliber.not_reached == "count_as_open"):
            _count_in(tally, one, caliber)


def _count_in(tally, one, caliber) -> None:
    tally["n"] += 1
    tally["contacted"] += one["contacted"] is True
    tally["solved"] += one["solved"] is True
    tally["satisfied"] += one["satisfied"] == "satisfied"
    tally["basically"] += one["satisfied"] == "basically"
    if one["word"] == "said" and (one["contacted"] is None or not one["satisfied"]):
        return
    score = sum(
        (
            Fraction(part.weight) * Fraction(worth) * 100
            for part in caliber.parts
            for event, worth in part.credits.items()
            if one.get(str(event)) is True or one["satisfied"] == event
        ),
        Fraction(0),
    )
    tally["score_n"] += 1
    tally["score_sum"] += score
    tally["score_square"] += score * score


def _within(moment, start, end) -> bool:
    return moment is not None and start <= moment < end


def _empty() -> dict:
    names = "n contacted solved satisfied basically waiting score_n score_sum score_square"
    return {"received": 0, "closed": 0} | {
        side: dict.fromkeys(names.split(), 0) for side in ("net", "all")
    }
