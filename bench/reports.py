"""How long the figures of a month and a unit's page take in a demo city, and by which plan.

In a database of its own, made and dropped. Usage: `python -m bench.reports [CASES]`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.db import connection, reset_queries
from django.utils import timezone
from django.utils.translation import override

from bench.importing import ROOT, city_of_its_own, huiyin

MEASURE = "--measure"


def main(cases: int) -> None:
    """Build a city and measure in it."""
    with (
        tempfile.TemporaryDirectory(prefix="huiyin-bench-") as folder,
        city_of_its_own(Path(folder)) as city,
    ):
        huiyin("migrate_city", **city)
        huiyin("demo", "--cases", str(cases), **city)
        subprocess.run(
            [sys.executable, "-m", "bench.reports", MEASURE],
            cwd=ROOT,
            env=os.environ | city,
            check=True,
        )


def measure() -> None:
    """Print times and plans of the city that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    django.setup()
    from huiyin.cases.models import Case  # noqa: PLC0415 - the city is known only now
    from huiyin.departments.models import Unit  # noqa: PLC0415
    from huiyin.departments.queries import cities  # noqa: PLC0415
    from huiyin.reports import brief, months, typesetting  # noqa: PLC0415

    now, count = timezone.now(), Case.objects.count()
    month = f"{now - timedelta(days=70):%Y-%m}"
    [root] = cities()
    found = months.city_months(month, as_of=now)[0].total
    print(f"{count:,} cases; {found.received:,} of them received in {month}")
    print(f"  that month, all units: {timed(lambda: months.month_rows(month, as_of=now))}")
    values = {"as_of": now, "city": f"{root.path}%", "within": None}
    in_month = dict(zip(("start", "end"), months.month_bounds(month, UTC), strict=True))
    ever = {"start": datetime(1970, 1, 1, tzinfo=UTC), "end": now}
    print(
        f"  all {count:,} as one month:     {timed(lambda: answer(months.FIGURES, values | ever))}"
    )
    for words, span in (("a month", in_month), ("all", ever)):
        print(f"  plan for {words}: {', '.join(plan(months.FIGURES, values | span))}")
    busiest = months.city_months(month, as_of=now)[0].rows[0]
    for unit in (root, Unit.objects.get(code=busiest.unit_code)):
        facts = brief.brief_facts(unit, month, as_of=now)
        connection.force_debug_cursor = True
        reset_queries()
        read = timed(lambda unit=unit: brief.brief_facts(unit, month, as_of=now), times=1)
        queries = len(connection.queries)
        connection.force_debug_cursor = False
        with override("zh-hans"):
            # Once: typst remembers what it has set.
            made = timed(lambda facts=facts: typesetting.brief_pdf(facts), times=1)
        print(f"  the page of {unit.code}: read {read} in {queries} queries, set {made}")


def timed(work: Callable[[], Any], times: int = 5) -> str:
    """The median of a few runs."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return f"{statistics.median(took) * 1000:.0f} ms"


def answer(statement: str, values: dict[str, Any]) -> list[Any]:
    """Ask the database."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def plan(statement: str, values: dict[str, Any]) -> list[str]:
    """The ways by which the rows of tables are found."""
    [[found]] = answer(f"EXPLAIN (FORMAT JSON) {statement}", values)
    found = json.loads(found) if isinstance(found, str) else found
    return sorted(set(scans(found[0]["Plan"])))


def scans(node: dict[str, Any]) -> Iterator[str]:
    """The scans below a node of a plan."""
    if "Index Name" in node:
        yield f"by {node['Index Name']}"
    elif node["Node Type"] == "Seq Scan":
        yield f"{node['Relation Name']} whole"
    for part in node.get("Plans", ()):
        yield from scans(part)


if __name__ == "__main__":
    if MEASURE in sys.argv:
        measure()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
