"""Where a resident is reached: asked of the room above that keeps residents' data sealed.

That room registers one function in its `apps.ready`. Without it nobody is reached, and no
message goes out.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol


class PhoneFor(Protocol):
    """Finds the mobile number that belongs to a case, and writes down that it was opened."""

    def __call__(self, number: str, *, at: datetime) -> str | None:
        """The mobile number, or None where none was left or it was erased."""


_registered: list[PhoneFor] = []


def register_phones(phone_for: PhoneFor) -> Callable[[], None]:
    """Let this function find mobile numbers from now on; what is returned undoes it."""
    before = list(_registered)
    _registered[:] = [phone_for]

    def undo() -> None:
        _registered[:] = before

    return undo


def mobile_number(number: str, *, at: datetime) -> str | None:
    """The mobile number of the resident of a case, if one was left."""
    return _registered[0](number, at=at) if _registered else None
