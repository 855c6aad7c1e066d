"""`huiyin serve`: the site and its worker in one go, with the embedded database if need be."""

import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from huiyin.logbook.sealing import seal
from huiyin.office.problems import NotPossible

# How long a web server or worker may take to finish what it is doing.
PATIENCE_SECONDS = 15


class Command(BaseCommand):
    """Starts web server and worker, and ends both together."""

    help = "Run the city: web server, worker, and the embedded database if no DATABASE_URL is set."
    # Nothing of the pages is loaded to print a line.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen and with how many processes."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--threads", type=int, default=4)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop; then seal the logbook."""
        _check_port(options["host"], options["port"])
        signal.signal(signal.SIGTERM, _stop)
        parts = [
            subprocess.Popen(_web_server(options)),
            subprocess.Popen([sys.executable, "-m", "huiyin.command", "work"]),
        ]
        self.stdout.write(f"回音 huiyin: http://{options['host']}:{options['port']}")
        try:
            while all(part.poll() is None for part in parts):
                time.sleep(0.5)
        except KeyboardInterrupt:
            self.stdout.write("Stopping …")
        finally:
            _end(parts)
            seal(at=timezone.now())
        if any(part.returncode not in {0, -signal.SIGTERM, -signal.SIGINT} for part in parts):
            raise NotPossible("The web server or the worker ended by itself; see the lines above.")


def _web_server(options: dict[str, Any]) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", str(options["host"]), "--port", str(options["port"])),
        *("--workers", str(options["workers"])),
        *("--blocking-threads", str(options["threads"])),
        # Addresses and receipts must not land in a log.
        *("--log-level", "warning", "--no-access-log"),
        "huiyin.wsgi:application",
    ]


def _check_port(host: str, port: int) -> None:
    # granian binds with SO_REUSEPORT and would silently share the port with an orphan.
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as reason:
            raise NotPossible(
                f"Port {port} on {host} cannot be used ({reason.strerror}); "
                "end the program that uses it, or choose another with --port."
            ) from None


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(parts: list[subprocess.Popen[bytes]]) -> None:
    # A second Ctrl-C must not leave orphans behind.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for part in parts:
        if part.poll() is None:
            part.terminate()
    until = time.monotonic() + PATIENCE_SECONDS
    for part in parts:
        try:
            part.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()
