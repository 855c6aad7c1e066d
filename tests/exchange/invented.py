"""An invented source: the tickets of Lamp Town, as a mapping and as rows of a CSV file."""

import csv
import io
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from huiyin.exchange.imports.cells import texts_of
from huiyin.exchange.imports.importing import Order, Report, import_file
from huiyin.exchange.imports.mapping import Mapping
from huiyin.exchange.imports.mapping_files import mapping_of
from huiyin.exchange.imports.translating import PastRow, translate

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=ZONE)

CONTENT = {
    "source": {"code": "lamptown", "id": "id", "time_zone": "America/New_York"},
    "city": {"code": "lamp-town", "name": "Lamp Town", "time_zone": "America/New_York"},
    "moments": {"received": "opened", "due": "target", "closed": "closed"},
    "status": {
        "column": "status",
        "steps": {
            "New": [],
            "Open": ["dispatched at received"],
            "Closed": ["dispatched at received", "answered at closed", "closed at closed"],
        },
    },
    "unit": {"columns": ["unit"], "levels": ["department"]},
    "place": {"columns": ["district"], "levels": ["district"]},
    "category": {"columns": ["group", "type"]},
    "kind": {"default": "help"},
    "channel": {"column": "channel", "values": {"Call": "phone", "App": "app"}},
    "text": {
        "title": ["{title}", "{type}"],
        "text": "{type}: {title}. {where}",
        "address": "{where}",
        "reply": "{reply}",
    },
    "point": {
        "longitude": "lon",
        "latitude": "lat",
        "is_default": {"column": "default", "values": ["true"]},
    },
    "resident": {"name": "name", "phone": "phone"},
}
ROW = {
    "id": "L-1",
    "opened": "2025-05-01 08:00:00",
    "target": "2025-05-03 08:00:00",
    "closed": "2025-05-02 09:30:00",
    "status": "Closed",
    "unit": "Lamps",
    "district": "Old Harbour",
    "group": "Lighting",
    "type": "Dark lamp",
    "channel": "Call",
    "title": "Lamp out for a week",
    "where": "12 Quay Street",
    "reply": "The bulb was replaced.",
    "lon": "-71.06",
    "lat": "42.36",
    "default": "false",
    "name": "",
    "phone": "",
}
OPEN = {"status": "Open", "closed": "", "reply": ""}


def mapping(**changes: dict[str, object]) -> Mapping:
    """The mapping of Lamp Town, with whole tables or single keys of them changed."""
    content = deepcopy(CONTENT)
    for table, keys in changes.items():
        content[table] = content.get(table, {}) | keys
    return mapping_of(content)


def row(**cells: object) -> dict[str, object]:
    """A row of Lamp Town, with some cells changed."""
    return ROW | cells


def rows(count: int, **cells: object) -> list[dict[str, object]]:
    """Rows that differ in id and opening time."""
    return [row(id=f"L-{n}", opened=f"2025-05-01 08:{n % 60:02}:00", **cells) for n in range(count)]


def told(by: Mapping | None = None, **cells: object) -> PastRow:
    """What a row says, without a database."""
    by, given = by or mapping(), row(**cells)
    return translate(given, texts_of(given, by, by.columns), mapping=by, now=NOW)


def as_csv(path: Path, given: list[dict[str, object]], *, encoding: str = "utf-8") -> Path:
    """Write rows as a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(given[0]))
    writer.writeheader()
    writer.writerows(given)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def run(path: Path, by: Mapping | None = None, *, at: datetime = NOW, **options: object) -> Report:
    """Import a file."""
    rejects = path.parent / "rejects.csv"
    return import_file(Order(by or mapping(), path, rejects, **options), at=at)


def rejected(path: Path) -> list[dict[str, str]]:
    """The rows of the rejects file beside an imported file."""
    file = path.parent / "rejects.csv"
    with file.open(encoding="utf-8-sig", newline="") as found:
        return list(csv.DictReader(found))
