"""Real files of real cities: imported twice, and the figures compared with pandas alone.

Only counts are compared; no row of these files stands in the repository.
"""

import json
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from django.core.management import call_command
from django.utils import timezone
from pypdf import PdfReader

from huiyin.cases.models import Case, Round
from huiyin.departments.models import Unit
from huiyin.exchange.imports import rules
from huiyin.exchange.imports.importing import Order, import_file
from huiyin.exchange.imports.mapping_files import read_mapping
from huiyin.logbook.verifying import verify
from huiyin.reports.brief import brief_facts, find_unit
from huiyin.reports.typesetting import brief_pdf

pytestmark = pytest.mark.usefixtures("swept_afterwards")
ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
BOSTON = DATA / "boston311_2015" / "requests_2015_q1_q3.parquet"


def real(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"The real data are not here: {path.relative_to(DATA.parent.parent)}.")
    return path


def imported(mapping: str, path: Path, folder: Path, *, at: datetime):
    order = Order(read_mapping(ROOT / "mappings" / mapping), real(path), folder / "rejects.csv")
    return import_file(order, at=at)


def figures_from_the_file(as_of: datetime) -> pd.DataFrame:
    """The same figures without this program: local times compared as they stand."""
    frame = pd.read_parquet(BOSTON)
    now = as_of.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None)
    frame["month"] = frame.open_dt.dt.strftime("%Y-%m")
    has_target = frame.target_dt.notna()
    frame["on_time"] = has_target & (frame.closed_dt <= frame.target_dt)
    frame["overdue"] = has_target & (frame.closed_dt.fillna(now) > frame.target_dt)
    zone = "America/New_York"
    took = frame.closed_dt.dt.tz_localize(zone) - frame.open_dt.dt.tz_localize(zone)
    frame["hours"] = (took.dt.total_seconds() / 3600).clip(lower=0)
    grouped = frame.groupby(["month", "department"])
    return pd.DataFrame(
        {
            "received": grouped.size(),
            "closed": grouped.closed_dt.count(),
            "on_time": grouped.on_time.sum(),
            "overdue": grouped.overdue.sum(),
            "reopened": 0,
            "median_hours": grouped.hours.median(),
        }
    )


def figures_from_the_city(months: list[str]) -> pd.DataFrame:
    """What `huiyin report month --json` tells of each month."""
    rows = []
    for month in months:
        out = StringIO()
        call_command("report", "month", "--month", month, "--json", stdout=out)
        told = json.loads(out.getvalue())
        rows += [row | {"month": told["month"]} for row in told["rows"]]
    return pd.DataFrame(rows).set_index(["month", "unit"]).sort_index()


@pytest.mark.slow
@pytest.mark.django_db
def test_boston_is_imported_twice_and_its_figures_agree_with_pandas(tmp_path):
    now = timezone.now()
    first = imported("boston311.toml", BOSTON, tmp_path, at=now)
    assert (first.read, first.imported, first.rejected) == (94_063, 94_063, 0)
    frame = pd.read_parquet(BOSTON)
    sent_without_target = int(frame.target_dt.isna().sum())
    assert first.rules[rules.OUT_OF_ORDER] == int((frame.closed_dt < frame.open_dt).sum())
    assert first.rules[rules.DUE_MISSING] == sent_without_target
    assert first.rules[rules.DEFAULT_POINT] == int(frame.coord_default.sum())

    expected = figures_from_the_file(now).sort_index()
    found = figures_from_the_city(sorted(set(expected.index.get_level_values("month"))))
    assert list(found.index) == list(expected.index)
    assert len(set(found.index.get_level_values("month"))) > 9
    for name in ("received", "closed", "on_time", "overdue", "reopened"):
        assert found[name].tolist() == expected[name].tolist(), name
    # The report rounds to hundredths.
    apart = (found.median_hours.astype(float) - expected.median_hours).abs()
    assert apart.max() < 0.0051
    assert found.median_hours.isna().tolist() == expected.median_hours.isna().tolist()

    works = brief_facts(find_unit("PWDx"), "2015-05", as_of=now)
    assert works.now.total.received == expected.received["2015-05", "PWDx"]
    assert len(PdfReader(BytesIO(brief_pdf(works))).pages) == 1

    before = Case.objects.count(), Unit.objects.count()
    second = imported("boston311.toml", BOSTON, tmp_path, at=now)
    assert (second.read, second.unchanged) == (94_063, 94_063)
    assert (Case.objects.count(), Unit.objects.count()) == before
    assert verify().problems == []


SOURCES = [
    pytest.param(
        "sf311.toml",
        DATA / "sf311_sample" / "sf311_sample.parquet",
        {"open": 839, "closed": 19_135},
        marks=pytest.mark.slow,
        id="San Francisco",
    ),
    pytest.param(
        "nyc311.toml",
        DATA / "nyc311_sample" / "nyc311_sample.parquet",
        {"open": 526, "closed": 1_553},
        id="New York",
    ),
    pytest.param(
        "taidi_replies.toml",
        DATA / "taidi2020_c" / "replies.parquet",
        {"open": 0, "closed": 2_253},
        id="Chinese letters with replies",
    ),
    pytest.param(
        "beijing_tickets.toml",
        DATA / "beijing12345_schema" / "real_redacted_tickets.csv",
        {"open": 7, "closed": 3},
        id="Beijing tickets",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("mapping", "path", "expected"), SOURCES)
def test_a_real_source_is_imported_whole_and_the_second_time_nothing(
    mapping, path, expected, tmp_path
):
    now = timezone.now()
    first = imported(mapping, path, tmp_path, at=now)
    assert first.imported == first.read == sum(expected.values())
    closed = Case.objects.filter(status="closed").count()
    assert {"open": Case.objects.count() - closed, "closed": closed} == expected
    second = imported(mapping, path, tmp_path, at=now)
    assert (second.read, second.unchanged) == (first.read, first.read)
    assert verify().problems == []


@pytest.mark.django_db
def test_the_real_replies_stand_with_their_letters_and_times(tmp_path):
    path = DATA / "taidi2020_c" / "replies.parquet"
    imported("taidi_replies.toml", path, tmp_path, at=timezone.now())
    frame = pd.read_parquet(path).set_index("msg_id")
    zone = ZoneInfo("Asia/Shanghai")
    rounds = Round.objects.select_related("case").all()
    assert rounds.count() == len(frame)
    for turn in rounds:
        said = frame.loc[int(turn.case.source_id)]
        assert turn.reply == said.reply.strip()
        assert turn.answered_at == said.replied_at.to_pydatetime().replace(tzinfo=zone)
        assert turn.case.text == said.text.strip()
        assert turn.solved is None


@pytest.mark.django_db
def test_what_beijing_tickets_say_and_do_not_say(tmp_path):
    path = DATA / "beijing12345_schema" / "real_redacted_tickets.csv"
    report = imported("beijing_tickets.toml", path, tmp_path, at=timezone.now())
    assert report.rules[rules.DAY_ONLY] == 10
    frame = pd.read_csv(path, dtype=str)
    days = {case.source_id: case.received_at for case in Case.objects.all()}
    zone = ZoneInfo("Asia/Shanghai")
    for number in frame["工单编号"]:
        assert (
            days[number].astimezone(zone).strftime("%y%m%d %H%M") == f"{number.split('-')[1]} 0000"
        )
    asked = Round.objects.filter(closed_at__isnull=False).values_list("solved", "satisfied")
    assert sorted(asked) == [
        (False, "dissatisfied"),
        (False, "satisfied"),
        (True, "basically"),
    ]
    assert Unit.objects.get(name="来源未载明承办单位").parent.name == "北京市"
