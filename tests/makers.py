"""Units, officials and cases for tests: fixed values and counters, nothing random.

A case is brought to its status by walking the real actions, so that it has the rounds,
papers and logbook which a case of that status has in a city.
"""

from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from huiyin.cases.merging import merge_case
from huiyin.cases.models import Assignment, Case, Category, Round, Status
from huiyin.cases.numbers import next_numbers
from huiyin.cases.opening import Wish
from huiyin.cases.papers.applications import Verdict
from huiyin.cases.residents import ResidentData
from huiyin.departments.actions import add_official, add_unit, give_post
from huiyin.departments.models import Official, Post, Unit, UnitLevel
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.objections import Objection, object_to_dispatch, rule_on_objection
from huiyin.dispatch.routes import Explanation, Handover, redirect_case, transfer_case
from huiyin.followup.actions import Said, close_case
from huiyin.intake.actions import receive_case, withdraw_case
from huiyin.replies.actions import accept_case, answer_case
from huiyin.replies.times import LedgerEntry, ask_to_park, rule_on_parking

# A Wednesday without holidays near it.
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "a lamp in every street"
WANG = ResidentData(name="王阿姨", phone="138 0013 8000", address="槐树街 12 号 3 单元")
SOLVED = Said(
    reached=True, contacted=True, solved=True, satisfied="satisfied", remark="The lamp is lit."
)
NOT_SOLVED = Said(
    reached=True, contacted=True, solved=False, satisfied="dissatisfied", remark="Still dark."
)
NOBODY = Said(reached=False)

_numbers = count(1)


def minutes(number: int) -> timedelta:
    """A stretch of time, so that steps can be told apart."""
    return timedelta(minutes=number)


def city() -> Unit:
    """The root of the tree of units."""
    return _unit_once("he-an", "和安市", level=UnitLevel.CITY, time_zone="Asia/Shanghai")


def hotline() -> Unit:
    """The unit that takes calls down."""
    return _unit_once("hotline", "市民热线服务中心", parent=city(), takes_requests=True)


def lighting() -> Unit:
    """The unit that looks after street lamps."""
    return _unit_once("lighting", "路灯管理所", parent=city())


def parks() -> Unit:
    """The unit that looks after parks."""
    return _unit_once("parks", "园林绿化局", parent=city())


def make_unit(name: str = "", *, parent: Unit | None = None, **facts) -> Unit:
    """A further unit, below the city unless a parent is named."""
    number = next(_numbers)
    facts.setdefault("level", UnitLevel.DEPARTMENT)
    return add_unit(
        facts.pop("code", f"unit-{number}"),
        name or f"第 {number} 单位",
        parent=parent or city(),
        **facts,
    )


def make_official(*posts: Post | str, unit: Unit | None = None, **names: str) -> Official:
    """An official who holds these posts at a unit; at the city, where none is named."""
    number = next(_numbers)
    sign_in_name = names.get("sign_in_name", f"official-{number}")
    official = add_official(
        sign_in_name, names.get("name", f"第 {number} 人"), password=names.get("password", "")
    )
    for post in posts:
        give_post(official, post, unit=unit or city())
    return official


def official_once(sign_in_name: str, name: str, *posts: Post | str, unit: Unit) -> Official:
    """The official of this name, made when first asked for."""
    known = Official.objects.filter(sign_in_name=sign_in_name).first()
    if known is not None:
        return known
    return make_official(*posts, unit=unit, sign_in_name=sign_in_name, name=name, password=PASSWORD)


def make_category(name: str = "路灯", **facts) -> Category:
    """A category at the top of the tree."""
    number = next(_numbers)
    facts.setdefault("code", f"category-{number}")
    row = Category(name=name, sort_key=facts.pop("sort_key", f"{number:04}"), path="", **facts)
    row.save()
    row.path = f"/{row.pk}/"
    row.save(update_fields=["path"])
    return row


def make_wish(**facts) -> Wish:
    """A complaint about a dark lamp, by phone."""
    facts.setdefault("text", "槐树街的路灯三天不亮了,晚上走路看不清。")
    facts.setdefault("request_kind", "complaint")
    facts.setdefault("channel", "phone")
    facts.setdefault("address", "槐树街 12 号门前")
    facts.setdefault("resident", WANG)
    return Wish(**facts)


def make_case(
    status: Status | str = Status.RECEIVED,
    *,
    unit: Unit | None = None,
    at: datetime = NOON,
    intake_unit: Unit | None = None,
    **facts,
) -> Case:
    """A case of this status, taken in at the hotline and led by a unit (lighting)."""
    status, unit, taken_in = Status(status), unit or lighting(), intake_unit or hotline()
    staff = hotline_staff(taken_in)
    number = receive_case(make_wish(**facts), by=staff, at=at, intake_unit=taken_in).number
    if status == Status.WITHDRAWN:
        withdraw_case(number, "The neighbour has already asked.", by=staff, at=at + minutes(5))
    if status in OFF_THE_ROAD:
        OFF_THE_ROAD[status](number, at + minutes(10), staff, taken_in)
    if status in {*WITH_A_UNIT, Status.ANSWERED, Status.CLOSED, Status.PARKED}:
        dispatch_case(number, unit, by=staff, at=at + minutes(10))
    if status in {Status.IN_HAND, Status.ANSWERED, Status.CLOSED, Status.PARKED}:
        accept_case(number, by=officer_of(unit), at=at + minutes(20))
    if status in {Status.ANSWERED, Status.CLOSED}:
        answer(number, by=officer_of(unit), at=at + minutes(60))
    if status == Status.PARKED:
        park(number, by=officer_of(unit), at=at + minutes(60))
    if status == Status.CLOSED:
        close_case(number, SOLVED, by=staff, at=at + minutes(120))
    return fresh(number)


def park(number: str, *, by: Official, at: datetime) -> Case:
    """The unit asks for the ledger, and the hotline's supervisor grants it."""
    wanted = LedgerEntry("money", "明年列入计划。", at + timedelta(days=90))
    filed = ask_to_park(number, wanted, by=by, at=at)
    staff = hotline_staff(fresh(number).intake_unit)
    return rule_on_parking(filed.pk, Verdict("grant", "属实。"), by=staff, at=at + minutes(5))


def _redirected(number: str, at: datetime, staff: Official, _unit: Unit) -> None:
    told = Explanation("outside_duty", "属于市场行为，请与商家协商或拨打 12315。")
    redirect_case(number, told, by=staff, at=at)


def _transferred(number: str, at: datetime, staff: Official, _unit: Unit) -> None:
    given = Handover("police", "已转公安机关，十日后询问结果。", at + timedelta(days=10))
    transfer_case(number, given, by=staff, at=at)


def _merged(number: str, at: datetime, staff: Official, taken_in: Unit) -> None:
    parent = make_case(Status.IN_HAND, at=at - minutes(30), intake_unit=taken_in)
    merge_case(number, parent.number, by=staff, at=at)


WITH_A_UNIT = {Status.DISPATCHED, Status.IN_HAND}
OFF_THE_ROAD = {
    Status.REDIRECTED: _redirected,
    Status.TRANSFERRED: _transferred,
    Status.MERGED: _merged,
}


def answer(number: str, *, by: Official, at: datetime) -> Case:
    """Give both feedbacks at once."""
    told = "电话告知诉求人今晚更换。"
    return answer_case(number, "已更换灯泡,恢复照明。", by=by, at=at, resident_told=told)


def give_back(case: Case, *, at: datetime, by: Official | None = None) -> Case:
    """The unit in charge objects, and the dispatcher takes the case back."""
    officer = by or officer_of(fresh(case).unit)
    objection = Objection("not_our_duty", "A park lamp.")
    filed = object_to_dispatch(case.number, objection, by=officer, at=at)
    verdict = Verdict("return", "Looked at again.")
    rule_on_objection(filed.pk, verdict, by=hotline_staff(case.intake_unit), at=at)
    return fresh(case)


def hotline_staff(unit: Unit | None = None) -> Official:
    """One person who holds every post of the hotline, so that a case can be walked on."""
    unit = unit or hotline()
    posts = (Post.OPERATOR, Post.DISPATCHER, Post.CALLER, Post.SUPERVISOR)
    return official_once(f"staff-{unit.code}", f"{unit.name}值班员", *posts, unit=unit)


def officer_of(unit: Unit) -> Official:
    """An officer of a unit."""
    return official_once(f"officer-{unit.code}", f"{unit.name}承办员", Post.OFFICER, unit=unit)


def twins(case: Case, count: int) -> list[Case]:
    """Many cases that stand like this one, written at once, for lists of many rows."""
    rows = [_twin(case, number) for number in next_numbers([case.received_at] * count)]
    made = Case.objects.bulk_create(rows)
    for model in (Round, Assignment):
        parts = model.objects.filter(case=case)
        model.objects.bulk_create([_part(part, of) for of in made for part in parts])
    return made


def fresh(case: Case | str) -> Case:
    """The case as the next person finds it."""
    number = case if isinstance(case, str) else case.number
    return Case.objects.select_related("unit", "intake_unit", "resident").get(number=number)


def status_of(case: Case | str) -> str:
    """The status as the next person finds it."""
    return fresh(case).status


def _unit_once(code: str, name: str, *, parent: Unit | None = None, **facts) -> Unit:
    known = Unit.objects.filter(code=code).first()
    facts.setdefault("level", UnitLevel.DEPARTMENT)
    return known or add_unit(code, name, parent=parent, **facts)


def _twin(case: Case, number: str) -> Case:
    facts = {f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields}
    return Case(**facts | {"id": None, "number": number, "resident_id": None, "form_key": None})


def _part(part: Round | Assignment, case: Case) -> Round | Assignment:
    facts = {f.attname: getattr(part, f.attname) for f in part._meta.concrete_fields}
    return type(part)(**facts | {"id": None, "case_id": case.pk})
