"""Where the site listens, said before anything else is started, and what people type for it."""

import socket

from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.office.environment import adopt
from huiyin.office.problems import NotPossible, WrongInput
from huiyin.office.reasons import reason_of

ANYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - a comparison
# An address of documents: nothing is sent there, it only makes the system choose a way out.
OUTSIDE = ("192.0.2.1", 9)


def check_port(host: str, port: int) -> None:
    """Refuse a port that another program has: the web server would silently share it."""
    if not 1 <= port <= 65_535:
        raise WrongInput(
            _(
                "There is no port %(port)d; choose one from 1024 to 65535 with --port, or for "
                "make start with PORT=."
            )
            % {"port": port}
        )
    # granian binds with SO_REUSEPORT, which succeeds beside an orphan that does the same.
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as problem:
            raise NotPossible(
                _(
                    "Port %(port)d on %(host)s cannot be used (%(reason)s); end the program that "
                    "uses it, perhaps another huiyin, or choose another port with --port, or for "
                    "make start with PORT=."
                )
                % {"port": port, "host": host, "reason": reason_of(problem)}
            ) from None


def site_address(host: str, port: int) -> str:
    """What a person types to reach the site; from other machines where it listens to all."""
    host = _way_out() if host in ANYWHERE else host
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def adopt_address(host: str, port: int) -> None:
    """Let receipts name the address that the site has, unless a setting names another one.

    A city on trial then also answers to that name, so that one option is enough to try it from
    a phone; in production the names are settings, and stay as they are.
    """
    address = site_address(host, port)
    if adopt("HUIYIN_SITE_URL", address):
        settings.SITE_URL = address
    name = address.removeprefix("http://").rpartition(":")[0]
    names = [*settings.ALLOWED_HOSTS, name]
    is_new = not settings.IN_PRODUCTION and name not in settings.ALLOWED_HOSTS
    if is_new and adopt("HUIYIN_HOSTS", ",".join(names)):
        settings.ALLOWED_HOSTS = names


def _way_out() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(OUTSIDE)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
