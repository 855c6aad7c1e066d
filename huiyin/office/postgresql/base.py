"""Django's PostgreSQL, which finds its way back by itself after the server was away.

psycopg's pool alone would try its dead connections one by one, with growing pauses, and the
first people after a restart of the server would wait for seconds. Django asks for this name.
"""

import select
import time
from typing import Any, ClassVar

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool, PoolTimeout

# How long a request waits for a database that is just coming back: the embedded one needs a
# second or two.
PATIENCE_SECONDS = 6.0


class DatabaseWrapper(base.DatabaseWrapper):
    """One dead connection condemns all that lie idle beside it."""

    # After somebody waited in vain others are told at once, or all threads would wait.
    is_away: ClassVar[bool] = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Take a living connection out of the pool, or wait a little for one."""
        if self.pool is None:
            return super().get_new_connection(conn_params)
        connection = self._awaited(conn_params)
        if is_alive(connection):
            return connection
        self.pool.putconn(connection)
        self.pool.check()
        return self._awaited(conn_params)

    def _configure_connection(self, connection: Any) -> Any:
        """Know that the database is back, although nobody has asked it for a page yet."""
        DatabaseWrapper.is_away = False
        return super()._configure_connection(connection)  # type: ignore[misc]

    def _awaited(self, conn_params: dict[str, Any]) -> Any:
        until = time.monotonic() + (0 if DatabaseWrapper.is_away else PATIENCE_SECONDS)
        while True:
            try:
                connection = super().get_new_connection(conn_params)
            except PoolTimeout:
                if time.monotonic() >= until:
                    DatabaseWrapper.is_away = True
                    raise
            else:
                DatabaseWrapper.is_away = False
                return connection


def is_alive(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server still holds the other end; asks it only when it said something."""
    try:
        watched = select.poll()
        watched.register(connection.fileno(), select.POLLIN)
        if watched.poll(0):
            # A notice, or the end: nothing else arrives unasked.
            ConnectionPool.check_connection(connection)
    except (psycopg.Error, OSError):
        return False
    return True
