"""How fast a year of a city is imported, and how fast a second import finds nothing to do.

In a database of its own, made and dropped. With a file, by the mapping named: `python -m
bench.importing [MAPPING.toml FILE]`; without, invented rows like those of a large city's 311.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).resolve().parent.parent
BOSTON = ROOT / "mappings" / "boston311.toml"
ROWS, SECONDS, MEGABYTES = 94_000, 120, 600
COLUMNS = (
    *("case_enquiry_id", "open_dt", "target_dt", "closed_dt", "case_status", "closure_reason"),
    *("case_title", "subject", "reason", "type", "department", "location", "neighborhood"),
    *("latitude", "longitude", "source", "coord_default"),
)


def invented(folder: Path) -> Path:
    """Write rows in the layout of Boston's 311: a sixth open, a fifth without a target."""
    path, opened = folder / "invented.csv", datetime(2015, 1, 1, 8)  # noqa: DTZ001 - local times
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for n in range(ROWS):
            opened += timedelta(minutes=4)
            closed = "" if n % 6 == 0 else opened + timedelta(hours=n % 200)
            target = "" if n % 5 == 0 else opened + timedelta(hours=72)
            status, kind = "Closed" if closed else "Open", f"Type {n % 160}"
            reply = f"Case closed. The crew went to number {n} and put it right." if closed else ""
            row = [f"1010{n:08}", opened, target, closed, status, reply, f"{kind} reported"]
            row += [f"Office {n % 16}", f"Group {n % 50}", kind, f"UNIT{n % 17}"]
            row += [f"{n % 900} Invented Street", f"Quarter {n % 23}"]
            row += [42.3 + n % 97 / 1000, -71.1 + n % 89 / 1000, "Self Service", n % 7 == 0]
            rows.writerow(row)
    return path


def huiyin(*words: str, **environment: str) -> str:
    """Run one command in a city."""
    said = subprocess.run(
        [sys.executable, "-m", "huiyin.command", *words],
        cwd=ROOT,
        env=os.environ | {"HUIYIN_LANGUAGE": "en"} | environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return said.stdout.strip()


@contextmanager
def city_of_its_own(home: Path) -> Iterator[dict[str, str]]:
    """An empty database on the server that is there, dropped afterwards; a folder for the rest."""
    urls = {
        "DATABASE_URL": huiyin("db", "url"),
        "DATABASE_OWNER_URL": huiyin("db", "url", "--owner"),
    }
    name = f"huiyin_bench_{os.getpid()}"
    with psycopg.connect(urls["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name}")
        own = {key: make_conninfo(url, dbname=name) for key, url in urls.items()}
        try:
            yield own | {"HUIYIN_HOME": str(home)}
        finally:
            owner.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> None:
    """Import twice, and print the seconds, the rows a second and the most memory held."""
    with (
        tempfile.TemporaryDirectory(prefix="huiyin-bench-") as name,
        city_of_its_own(Path(name)) as city,
    ):
        given = sys.argv[1:] or [str(BOSTON), str(invented(Path(name)))]
        huiyin("migrate_city", **city)
        print(f"{'':>8} {'rows':>8} {'imported':>9} {'seconds':>8} {'rows/s':>8} {'MB':>5}")
        for run in ("first", "second"):
            show(run, json.loads(huiyin("import", *given, "--json", **city)))


def show(run: str, found: dict[str, Any]) -> None:
    """Print one line, and whether it is over the limits that a city's year must keep."""
    seconds, megabytes = found["seconds"], found["peak_memory_mb"]
    print(
        f"{run:>8} {found['read']:>8,} {found['imported']:>9,} {seconds:>8.1f}"
        f" {found['read'] / seconds:>8,.0f} {megabytes:>5}"
    )
    assert found["read"] == found["imported"] + found["unchanged"] + found["rejected"]
    if seconds > SECONDS or megabytes > MEGABYTES:
        print(f"Over the limit of {SECONDS} s or {MEGABYTES} MB.")


if __name__ == "__main__":
    main()
