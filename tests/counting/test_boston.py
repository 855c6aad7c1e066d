"""A real city counted by facts and sums, and the same counted from its file by pandas alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from django.utils import timezone

from huiyin.counting.facts.folding import fold
from huiyin.counting.facts.reading import Source
from huiyin.counting.models import Fact
from huiyin.counting.rates import rates
from huiyin.counting.rules import Denominator, Event, Part
from huiyin.counting.windows import window_of
from huiyin.departments.models import Unit
from tests.counting.calibers import plain
from tests.exchange.test_real_sources import BOSTON, imported

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("swept_afterwards")]
ZONE = ZoneInfo("America/New_York")
FIGURES = ("received", "closed", "with_deadline", "on_time")


def punctuality():
    """A caliber that asks no resident: what was received in a month, and kept its deadline."""
    kept = Part("kept", "按期", Decimal(1), ((Event.ON_TIME, Decimal(1)),))
    return replace(plain(), denominator=Denominator.RECEIVED, parts=(kept,))


def from_the_file() -> pd.DataFrame:
    """Local times compared as they stand; a closing before the receipt is held at the receipt."""
    frame = pd.read_parquet(BOSTON)
    closed_at = frame.closed_dt.where(
        frame.closed_dt.isna() | (frame.closed_dt >= frame.open_dt), frame.open_dt
    )
    has_target = frame.target_dt.notna()
    frame["kept"] = has_target & (closed_at <= frame.target_dt)
    frame["with_target"] = has_target
    by_receipt = frame.groupby([frame.open_dt.dt.strftime("%Y-%m"), "department"])
    closed = frame[closed_at.notna()]
    by_closing = closed.groupby([closed_at.dropna().dt.strftime("%Y-%m"), "department"])
    figures = {
        "received": by_receipt.size(),
        "closed": by_closing.size(),
        "with_deadline": by_receipt.with_target.sum(),
        "on_time": by_receipt.kept.sum(),
    }
    told = pd.DataFrame(figures).fillna(0).astype(int)
    return told.rename_axis(["month", "unit"]).sort_index()


def from_the_city(months: list[str], *, as_of, source: Source) -> pd.DataFrame:
    """What the rates of each month tell of every department."""
    caliber, boston = punctuality(), Unit.objects.get(code="boston")
    rows = []
    for month in months:
        span = window_of(caliber.window, date.fromisoformat(f"{month}-01"), zone=ZONE)
        window = (span.start, span.end)
        table = rates(caliber, window, city=boston, as_of=as_of, source=source)
        assert table.unled is None
        assert not table.is_behind
        for row in [*table.rows, *table.outside]:
            tally = row.all
            numbers = (row.received, row.closed, tally.n_of("kept"), tally.count("on_time"))
            rows.append(
                {"month": month, "unit": row.unit.name} | dict(zip(FIGURES, numbers, strict=True))
            )
    told = pd.DataFrame(rows).set_index(["month", "unit"]).sort_index()
    return told[told.any(axis=1)]


def test_every_month_of_boston_is_counted_as_pandas_counts_its_file(tmp_path):
    now = timezone.now()
    imported("boston311.toml", BOSTON, tmp_path, at=now)
    fold(at=now)
    as_of = timezone.now()
    expected = from_the_file()
    months = sorted(set(expected.index.get_level_values("month")))
    assert len(months) > 9
    for source in (Source.SUMS, Source.FACTS):
        found = from_the_city(months, as_of=as_of, source=source)
        assert list(found.index) == list(expected.index)
        for figure in FIGURES:
            assert found[figure].tolist() == expected[figure].tolist(), (source, figure)
    assert expected.received.sum() == Fact.objects.count() == 94_063
