"""What can be wrong with a file of boundaries: one word for each fault, with its facts.

Faults are found without a database and without a language; `wording` makes the sentences.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """Everything a file of boundaries is refused for, or the stored places are faulted for."""

    EMPTY_FILE = "empty_file"
    BROKEN_TEXT = "broken_text"
    BROKEN_OFF = "broken_off"
    NOT_JSON = "not_json"
    NOT_FEATURES = "not_features"
    NO_FEATURES = "no_features"
    WRONG_SYSTEM = "wrong_system"
    UNKNOWN_FIELD = "unknown_field"
    NO_CODE = "no_code"
    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    BAD_POPULATION = "bad_population"
    DUPLICATE_CODE = "duplicate_code"
    KNOWN_CODE = "known_code"
    DUPLICATE_NAME = "duplicate_name"
    NO_PARENT = "no_parent"
    MISSING_PARENT = "missing_parent"
    AMBIGUOUS_PARENT = "ambiguous_parent"
    PARENT_TOO_SMALL = "parent_too_small"
    EMPTY_SHAPE = "empty_shape"
    WRONG_SHAPE = "wrong_shape"
    BROKEN_COORDINATES = "broken_coordinates"
    IN_METRES = "in_metres"
    SWAPPED = "swapped"
    OPEN_RING = "open_ring"
    CROSSING_RING = "crossing_ring"
    OVERLAP = "overlap"
    GAP = "gap"
    OUTSIDE = "outside"
    FAR_OUTSIDE = "far_outside"
    BROKEN_PATH = "broken_path"


@dataclass(frozen=True)
class Finding:
    """One fault; `number` is the feature's place in the file from 1, 0 for the whole file."""

    fault: Fault
    number: int = 0
    name: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Mended(StrEnum):
    """What was put right on the way, which the operator should know."""

    GBK = "gbk"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Note:
    """One thing put right; `number` is 0 for the whole file."""

    mended: Mended
    number: int = 0
    name: str = ""
