"""What a phone sends of a patrol, read from JSON into plain facts, each fault in one sentence."""

import json
import math
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases.opening import TEXT_LENGTH
from huiyin.office.problems import WrongInput

MOST_FINDINGS, MOST_TRACKS, MOST_POINTS = 50, 300, 500
MOST_WORDS = 2000
Point = tuple[float, float]


@dataclass(frozen=True)
class PatrolSaid:
    """A walk as the phone tells it; not ended while it goes on."""

    id: uuid.UUID
    beat: str
    began_at: datetime
    ended_at: datetime | None = None
    words: str = ""


@dataclass(frozen=True)
class TrackSaid:
    """Some points of a walk."""

    id: uuid.UUID
    at: datetime
    points: list[list[float]]


@dataclass(frozen=True)
class FindingSaid:
    """What was found, in the patroller's words."""

    id: uuid.UUID
    at: datetime
    text: str
    category: str = ""
    address: str = ""
    point: Point | None = None
    accuracy: int | None = None


@dataclass(frozen=True)
class Upload:
    """One sending; `sent_at` is what the phone's clock said just then."""

    sent_at: datetime
    patrol: PatrolSaid
    tracks: list[TrackSaid]
    findings: list[FindingSaid]


def read_upload(body: bytes) -> Upload:
    """Read one sending, or refuse all of it with the reason."""
    try:
        said = json.loads(body)
        patrol = said["patrol"]
        tracks, findings = list(said.get("tracks", [])), list(said.get("findings", []))
        upload = Upload(
            sent_at=moment(said["sent_at"]),
            patrol=PatrolSaid(
                id=uuid.UUID(patrol["id"]),
                beat=_words(patrol["beat"])[:60],
                began_at=moment(patrol["began_at"]),
                ended_at=moment(patrol["ended_at"]) if patrol.get("ended_at") else None,
                words=_words(patrol.get("words", ""))[:MOST_WORDS],
            ),
            tracks=[_track(row) for row in tracks],
            findings=[_finding(row) for row in findings],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise WrongInput(_("What the phone sent cannot be read; nothing was kept.")) from None
    if len(findings) > MOST_FINDINGS or len(tracks) > MOST_TRACKS:
        raise WrongInput(
            _("At most %(most)d findings go at once; send the others afterwards.")
            % {"most": MOST_FINDINGS}
        )
    return upload


def moment(text: Any) -> datetime:
    """Read a moment with its zone, as phones write it: 2026-03-04T04:00:00.000Z."""
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None or not 2000 < at.year < 2200:
        raise ValueError(text)
    return at


def point_of(longitude: Any, latitude: Any) -> Point | None:
    """Read a position in degrees; None where there is none."""
    if longitude in {None, ""} or latitude in {None, ""}:
        return None
    lng, lat = float(longitude), float(latitude)
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        raise ValueError(longitude, latitude)
    return lng, lat


def _track(said: dict[str, Any]) -> TrackSaid:
    points = [[float(value) for value in point] for point in said["points"]]
    if len(points) > MOST_POINTS or any(len(point) != 4 for point in points):
        raise ValueError(said)
    for point in points:
        if not all(math.isfinite(value) for value in point):
            raise ValueError(said)
        point_of(point[1], point[2])
    return TrackSaid(uuid.UUID(said["id"]), moment(said["at"]), points)


def _finding(said: dict[str, Any]) -> FindingSaid:
    accuracy = said.get("accuracy")
    return FindingSaid(
        id=uuid.UUID(said["id"]),
        at=moment(said["at"]),
        text=_words(said["text"])[: TEXT_LENGTH + 1],
        category=_words(said.get("category") or ""),
        address=_words(said.get("address") or "")[:300],
        point=point_of(said.get("longitude"), said.get("latitude")),
        accuracy=None if accuracy is None else min(max(int(accuracy), 0), 1_000_000),
    )


def _words(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(text)
    text.encode()
    return text.replace("\x00", "").strip()
