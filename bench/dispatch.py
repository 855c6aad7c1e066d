"""How many suggestions a second the catalogue makes, and how long a preview of past cases takes.

Usage: python -m bench.dispatch [cases]. The demo city it builds is undone at the end.
"""

import os
import sys
import time
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from huiyin.cases.models import Case  # noqa: E402
from huiyin.demo.building import Order, build_city  # noqa: E402
from huiyin.demo.rhythm import ZONE  # noqa: E402
from huiyin.dispatch.book import book_of, version_at  # noqa: E402
from huiyin.dispatch.catalogue import replace_lines, start_draft  # noqa: E402
from huiyin.dispatch.lines import Line, lines_of  # noqa: E402
from huiyin.dispatch.preview import Span, preview  # noqa: E402
from huiyin.dispatch.suggesting import suggest_units, suggestions_for  # noqa: E402

UNTIL = datetime(2026, 9, 30, 15, 0, tzinfo=ZONE)


def main() -> None:
    """Build a city, ask for suggestions one by one and in bulk, and preview a draft."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with transaction.atomic():
        build_city(Order(cases, 5, 1, UNTIL), lambda _done, _all: None)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        _suggest()
        _preview()
        transaction.set_rollback(True)


def _suggest() -> None:
    rows = list(Case.objects.select_related("category", "place", "intake_unit")[:2_000])
    start = time.perf_counter()
    for case in rows[:500]:
        suggest_units(case, at=UNTIL)
    single = time.perf_counter() - start
    start = time.perf_counter()
    found = suggestions_for(rows, at=UNTIL)
    bulk = time.perf_counter() - start
    assert len(found) == len(rows)
    print(f"one by one: {500 / single:,.0f} suggestions/s; in bulk: {len(rows) / bulk:,.0f}/s")


def _preview() -> None:
    version = version_at(UNTIL)
    assert version is not None
    draft = start_draft(by="system:bench", at=UNTIL, copy_of=version)
    parks = Line(category="demo.construction.lamp", unit="parks", conditions={"kinds": ["report"]})
    replace_lines(draft, [*lines_of(version), parks], by="system:bench", at=UNTIL)
    span = Span(UNTIL - timedelta(days=400), UNTIL, ZONE)
    start = time.perf_counter()
    found = preview(book_of(version), book_of(draft), span)
    taken = time.perf_counter() - start
    print(f"preview of {found.cases:,} cases: {taken:.2f} s, {found.changed:,} would change")


if __name__ == "__main__":
    main()
