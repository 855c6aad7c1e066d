"""Words and numbers of the call-back."""

from enum import StrEnum

# After so many attempts without reaching anybody a case may be closed as "not reached";
# it then counts in no rate of solved or satisfied cases.
TRIES = 3


class Via(StrEnum):
    """How the resident was asked."""

    PHONE = "phone"
    WEB = "web"
