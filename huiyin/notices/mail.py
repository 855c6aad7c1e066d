"""How mail leaves the house: through the server that the city names, or not at all."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from huiyin.office.environment import BadSetting

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
EXAMPLE = "smtp+tls://name:password@mail.example.cn:587"


@dataclass(frozen=True)
class MailServer:
    """A mail server, and how to speak with it."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    uses_starttls: bool = False
    uses_tls: bool = False

    def __bool__(self) -> bool:
        return bool(self.host)


def mail_server(address: str) -> MailServer:
    """Read the address of a mail server; none where it is empty."""
    if not address:
        return MailServer()
    try:
        found = urlsplit(address)
        port = found.port
    except ValueError:
        found, port = urlsplit(""), None
    # The address holds a password, so it is not said again.
    if found.scheme not in PORTS or not found.hostname or found.path.strip("/"):
        raise BadSetting(f"HUIYIN_MAIL_SERVER cannot be read; write it as {EXAMPLE}.")
    return MailServer(
        host=found.hostname,
        port=port or PORTS[found.scheme],
        user=unquote(found.username or ""),
        password=unquote(found.password or ""),
        uses_starttls=found.scheme == "smtp+tls",
        uses_tls=found.scheme == "smtps",
    )
