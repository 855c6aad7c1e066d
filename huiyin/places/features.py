"""A GeoJSON file read into features, with everything that is wrong in it.

No database: the file's bytes go in, features and findings come out. Nothing is mended by
guessing; the two things that are put right (GBK text, a shifted coordinate system that the
operator named) are said in the notes.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape as shape_of

from huiyin.places.faults import Fault, Finding, Mended, Note
from huiyin.places.projection import TO_WGS84

# CGCS2000 (EPSG 4490), China's own system, lies within decimetres of WGS 84.
GOOD_SYSTEMS = ("CRS84", "EPSG::4326", "EPSG:4326", "EPSG::4490", "EPSG:4490", "WGS84", "WGS 84")
AREAS = ("Polygon", "MultiPolygon")
# No city lies nearer to the poles; a point there is one whose numbers were swapped.
SOUTHERNMOST, NORTHERNMOST = -60.0, 84.0


@dataclass(frozen=True)
class FieldNames:
    """Which property of a feature says what; empty means that no property does."""

    code: str
    name: str
    parent: str = ""
    population: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Feature:
    """One feature of the file; `shape` is None where its polygon cannot be used."""

    number: int
    code: str
    name: str
    parent: str
    population: int | None
    name_en: str
    shape: shapely.Geometry | None


@dataclass
class Reading:
    """What a file holds, what is wrong with it, and what was put right on the way."""

    features: list[Feature] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read_features(content: bytes, fields: FieldNames, coordinates: str = "wgs84") -> Reading:
    """Read a GeoJSON FeatureCollection; findings that concern the whole file end the reading."""
    reading = Reading()
    document = _document(content, reading)
    if document is None or not _is_collection(document, reading):
        return reading
    raw = document["features"]
    _check_fields(raw, fields, reading)
    if reading.findings:
        return reading
    if coordinates != "wgs84":
        reading.notes.append(Note(Mended(coordinates)))
    for number, feature in enumerate(raw, start=1):
        reading.features.append(_feature(number, feature, fields, (coordinates, reading)))
    _find_duplicates(reading)
    return reading


def _document(content: bytes, reading: Reading) -> Any:
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return _refuse(reading, Fault.EMPTY_FILE)
    text = _text(content, reading)
    if text is None:
        return _refuse(reading, Fault.BROKEN_TEXT)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # A file that was copied only in part breaks off at its very end.
        whole = error.pos < len(text.rstrip()) - 1 and "Unterminated" not in error.msg
        fault = Fault.NOT_JSON if whole else Fault.BROKEN_OFF
        return _refuse(reading, fault, line=error.lineno, column=error.colno)


def _text(content: bytes, reading: Reading) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030":
            reading.notes.append(Note(Mended.GBK))
        return text
    return None


def _refuse(reading: Reading, fault: Fault, **facts: Any) -> None:
    reading.findings.append(Finding(fault, facts=facts))


def _is_collection(document: Any, reading: Reading) -> bool:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind != "FeatureCollection" or not isinstance(document.get("features"), list):
        found = str(kind or type(document).__name__)[:60]
        _refuse(reading, Fault.NOT_FEATURES, found=found)
    elif not document["features"]:
        _refuse(reading, Fault.NO_FEATURES)
    elif system := _wrong_system(document.get("crs")):
        _refuse(reading, Fault.WRONG_SYSTEM, system=system)
    return not reading.findings


def _wrong_system(crs: Any) -> str:
    if crs is None:
        return ""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", properties) if isinstance(properties, dict) else crs)
    return "" if name.upper().endswith(GOOD_SYSTEMS) else name[:80]


def _check_fields(raw: Sequence[Any], fields: FieldNames, reading: Reading) -> None:
    known = {key for feature in raw for key in _properties(feature)}
    for wanted in (fields.code, fields.name, fields.parent, fields.population, fields.name_en):
        if wanted and wanted not in known:
            _refuse(reading, Fault.UNKNOWN_FIELD, field=wanted, known=", ".join(sorted(known)))


def _properties(feature: Any) -> Mapping[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _feature(number: int, raw: Any, fields: FieldNames, context: tuple[str, Reading]) -> Feature:
    coordinates, reading = context
    findings = reading.findings
    said = _properties(raw)
    code, name = _word(said.get(fields.code)), _word(said.get(fields.name))
    who = name or code
    findings.extend(Finding(fault, number, who) for fault in _faults_of_names(code, name))
    population = said.get(fields.population) if fields.population else None
    if population is not None and not _is_count(population):
        findings.append(Finding(Fault.BAD_POPULATION, number, who, {"found": str(population)}))
        population = None
    geometry, left_out = _areas_alone(raw.get("geometry") if isinstance(raw, dict) else None)
    if left_out:
        reading.notes.append(Note(Mended.LEFT_OUT, number, who))
    shape, found = _shape(geometry, coordinates)
    if found:
        findings.append(Finding(found[0], number, who, found[1]))
    return Feature(
        number=number,
        code=code,
        name=name,
        parent=_word(said.get(fields.parent)),
        population=None if population is None else round(population),
        name_en=_word(said.get(fields.name_en)),
        shape=shape,
    )


def _word(value: Any) -> str:
    # Tables turn codes into floating numbers: 110101.0 is the code 110101.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _is_count(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and 0 <= value < 2**31


def _faults_of_names(code: str, name: str) -> list[Fault]:
    found = [] if code else [Fault.NO_CODE]
    if not name:
        found.append(Fault.NO_NAME)
    if len(code) > 64 or len(name) > 200:
        found.append(Fault.TOO_LONG)
    return found


def _areas_alone(geometry: Any) -> tuple[Any, bool]:
    """Take the polygons out of a collection: cutting leaves stray lines and points beside them."""
    parts = geometry.get("geometries") if isinstance(geometry, dict) else None
    if not isinstance(parts, list) or geometry.get("type") != "GeometryCollection":
        return geometry, False
    polygons: list[Any] = []
    for part in parts:
        kind, coordinates = (part.get("type"), part.get("coordinates")) if part else ("", None)
        if kind in AREAS and isinstance(coordinates, list):
            polygons += coordinates if kind == "MultiPolygon" else [coordinates]
    if not polygons:
        return geometry, False
    return {"type": "MultiPolygon", "coordinates": polygons}, True


def _shape(geometry: Any, coordinates: str) -> tuple[Any, tuple[Fault, dict[str, Any]] | None]:
    """Make the polygon of one feature, or say what is wrong with it."""
    if not isinstance(geometry, dict) or not geometry.get("coordinates", True):
        return None, (Fault.EMPTY_SHAPE, {})
    kind = str(geometry.get("type"))
    if kind not in AREAS:
        return None, (Fault.WRONG_SHAPE, {"found": kind[:40]})
    polygons = geometry.get("coordinates")
    rings = _rings([polygons] if kind == "Polygon" else polygons)
    if rings is None:
        return None, (Fault.BROKEN_COORDINATES, {})
    found = _fault_of_range(np.concatenate(rings)) or _fault_of_rings(rings)
    if found:
        return None, found
    return _built(geometry, TO_WGS84[coordinates])


def _rings(polygons: Any) -> list[Any] | None:
    if not isinstance(polygons, list) or not all(isinstance(p, list) and p for p in polygons):
        return None
    rings = [ring for polygon in polygons for ring in polygon]
    if not all(isinstance(ring, list) and len(ring) >= 3 for ring in rings):
        return None
    try:
        found = [np.array([point[:2] for point in ring], dtype=np.float64) for ring in rings]
    except (TypeError, ValueError):
        return None
    good = all(ring.ndim == 2 and ring.shape[1] == 2 and np.isfinite(ring).all() for ring in found)
    return found if good else None


def _fault_of_range(points: Any) -> tuple[Fault, dict[str, Any]] | None:
    lngs, lats = points[:, 0], points[:, 1]
    facts = {"lng": round(float(lngs[0]), 6), "lat": round(float(lats[0]), 6)}
    if (np.abs(points) > 180).any():
        return Fault.IN_METRES, facts
    if (lats < SOUTHERNMOST).any() or (lats > NORTHERNMOST).any():
        return Fault.SWAPPED, facts
    return None


def _fault_of_rings(rings: Sequence[Any]) -> tuple[Fault, dict[str, Any]] | None:
    for ring in rings:
        lng, lat = ring[-1].tolist()
        if not (ring[0] == ring[-1]).all():
            return Fault.OPEN_RING, {"lng": lng, "lat": lat}
        if len(ring) < 4:
            return Fault.BROKEN_COORDINATES, {}
    return None


def _built(
    geometry: dict[str, Any], convert: Callable[..., Any] | None
) -> tuple[Any, tuple[Fault, dict[str, Any]] | None]:
    shape = shapely.force_2d(shape_of(geometry))
    if not shape.is_valid:
        # GEOS answers "Self-intersection[116.4 39.9]".
        reason, _, where = str(shapely.is_valid_reason(shape)).partition("[")
        return None, (Fault.CROSSING_RING, {"reason": reason, "where": where.rstrip("]")})
    return (shapely.transform(shape, convert) if convert else shape), None


def _find_duplicates(reading: Reading) -> None:
    codes: dict[str, int] = {}
    for feature in reading.features:
        first = codes.setdefault(feature.code, feature.number)
        if feature.code and first != feature.number:
            facts = {"code": feature.code, "first": first}
            finding = Finding(Fault.DUPLICATE_CODE, feature.number, feature.name, facts)
            reading.findings.append(finding)
