"""What reaches the console while the database is away: a line now and then, not a flood."""

import logging
import time
from http import HTTPStatus

from procrastinate.exceptions import ConnectorException

PAUSE_SECONDS = 60.0


class DatabaseAwayFilter(logging.Filter):
    """Lets the pool give its reason once a minute, and holds back what follows from it."""

    def __init__(self) -> None:
        super().__init__()
        self.said_at = -PAUSE_SECONDS

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is worth reading."""
        if record.exc_info and isinstance(record.exc_info[1], ConnectorException):
            return False
        if getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE:
            # Our own line about the same request says more.
            return False
        if record.name != "psycopg.pool" or record.levelno < logging.WARNING:
            return True
        now = time.monotonic()
        # The others only say that connections to a server that is gone are gone too.
        if "error connecting" not in record.msg or now < self.said_at + PAUSE_SECONDS:
            return False
        self.said_at = now
        record.msg, record.args = " ".join(record.getMessage().split()), ()
        return True
