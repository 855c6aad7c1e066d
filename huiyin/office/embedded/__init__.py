"""The PostgreSQL that comes with huiyin; other rooms know only `Embedded`."""

from huiyin.office.embedded.use import Embedded, Status

__all__ = ["Embedded", "Status"]
