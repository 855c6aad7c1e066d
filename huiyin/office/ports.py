"""Whether the site may listen where it was told to, said before anything else is started."""

import socket

from huiyin.office.problems import NotPossible, WrongInput


def check_port(host: str, port: int) -> None:
    """Refuse a port that another program has: the web server would silently share it."""
    if not 1 <= port <= 65_535:
        raise WrongInput(f"There is no port {port}; choose one from 1024 to 65535 with --port.")
    # granian binds with SO_REUSEPORT, which succeeds beside an orphan that does the same.
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as reason:
            raise NotPossible(
                f"Port {port} on {host} cannot be used ({reason.strerror}); end the program "
                "that uses it, perhaps another huiyin, or choose another port with --port."
            ) from None


def site_address(host: str, port: int) -> str:
    """What a person types to reach the site from this machine."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
