"""A request whose sender broke off in the middle is not taken for a whole one.

The web server hands over what arrived, as if the sender had said no more; half a form would
become a case with half its words, and its photos left out.
"""

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Site = Callable[[Environ, Any], Iterable[bytes]]


class WholeInput:
    """The body of a request, which ends where it was said to end, or raises."""

    def __init__(self, stream: Any, length: int) -> None:
        self.stream = stream
        self.left = length

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, or all that are left."""
        wanted = self.left if size < 0 else min(size, self.left)
        parts = []
        while wanted > 0:
            parts.append(self._counted(self.stream.read(wanted)))
            wanted -= len(parts[-1])
        return b"".join(parts)

    def readline(self, size: int = -1) -> bytes:
        """Read a line, or so many bytes of it."""
        wanted = self.left if size < 0 else min(size, self.left)
        return self._counted(self.stream.readline(wanted)) if wanted else b""

    def _counted(self, part: bytes) -> bytes:
        if not part:
            # Django knows this error: to a page, the request is one that cannot be read.
            raise OSError(f"The sender broke off {self.left} bytes before the end.")
        self.left -= len(part)
        return part


def whole_requests_only(site: Site) -> Site:
    """Let a site read only bodies that are whole."""

    def guarded(environ: Environ, start_response: Any) -> Iterable[bytes]:
        said = str(environ.get("CONTENT_LENGTH") or "")
        if said.isdigit():
            environ["wsgi.input"] = WholeInput(environ["wsgi.input"], int(said))
        return site(environ, start_response)

    return guarded
