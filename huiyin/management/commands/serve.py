"""`huiyin serve`: the site and its worker in one go, with the embedded database if need be."""

import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.demo.accounts import ACCOUNTS, PASSWORD
from huiyin.departments.models import Official
from huiyin.logbook.sealing import seal
from huiyin.management.commands.web import add_web_arguments
from huiyin.office.database import embedded_is_used
from huiyin.office.embedded import Embedded
from huiyin.office.lifeline import PATIENCE_SECONDS
from huiyin.office.ports import adopt_address, check_port, site_address
from huiyin.office.problems import NotPossible, OutsideProblem

TICK_SECONDS = 0.2
MEND_SECONDS = 2.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Part = subprocess.Popen[bytes]


class Command(BaseCommand):
    """Starts web server and worker, keeps the database up, and ends all together."""

    help = "Run the city: web server, worker, and the embedded database if no DATABASE_URL is set."
    # Nothing of the pages is loaded to print a line.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen and with how many processes."""
        add_web_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop; then seal the logbook."""
        check_port(options["host"], options["port"])
        adopt_address(options["host"], options["port"])
        for number in STOPPING:
            signal.signal(number, _stop)
        # This process asks once when it starts and once when it ends.
        connection.settings_dict["OPTIONS"].pop("pool", None)
        parts: list[Part] = []
        failed = []
        try:
            parts += [_part("web", *_web_words(options)), _part("work")]
            self._greet(options, parts, is_demo=_is_demo_city())
            self._watch(parts)
            failed = [part for part in parts if part.poll() is not None]
        except KeyboardInterrupt:
            self.stdout.write(_("Stopping …"))
        finally:
            _end(parts)
        self._seal()
        if failed:
            raise NotPossible(
                _("The web server or the worker ended by itself; the lines above say why.")
            )

    def _greet(self, options: dict[str, Any], parts: list[Part], *, is_demo: bool) -> None:
        """Say where the city is, as soon as it answers there."""
        host, port = options["host"], options["port"]
        while not _answers(host, port) and _all_live(parts):
            time.sleep(TICK_SECONDS)
        if not _all_live(parts):
            return
        self.stdout.write(f"回音 huiyin: {site_address(host, port)}")
        if is_demo:
            self.stdout.write(
                _("Demo city. The password of all accounts is %(password)s:")
                % {"password": PASSWORD}
            )
            for account in ACCOUNTS:
                words = f"  {account.sign_in_name:<14} {account.name}  {account.post.label}"
                self.stdout.write(words)
        self.stdout.flush()

    def _watch(self, parts: list[Part]) -> None:
        """Wait until a part ends; meanwhile bring a lost database back."""
        embedded = Embedded(settings.HUIYIN_HOME) if embedded_is_used() else None
        said, mended_at = "", 0.0
        while _all_live(parts):
            time.sleep(TICK_SECONDS)
            if embedded and time.monotonic() >= mended_at + MEND_SECONDS:
                said = self._mend(embedded, said)
                mended_at = time.monotonic()

    def _mend(self, embedded: Embedded, said: str) -> str:
        try:
            embedded.mend()
        except OutsideProblem as problem:
            # Tried again and again, said once.
            if str(problem) != said:
                self.stderr.write(str(problem))
            return str(problem)
        return ""

    def _seal(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'; SET statement_timeout = '5s'")
            seal(at=timezone.now())
        except (OperationalError, InterfaceError):
            self.stderr.write(
                _(
                    "The database did not answer, so the last entries of the logbook are not "
                    "sealed yet; the worker seals them within an hour of the next start."
                )
            )
        finally:
            connection.close()


def _is_demo_city() -> bool:
    """Whether the accounts of the demo city open its desk."""
    first = ACCOUNTS[0]
    try:
        official = Official.objects.filter(sign_in_name=first.sign_in_name, name=first.name).first()
    except ProgrammingError:
        raise NotPossible(
            _("The database has no tables yet; make them with: huiyin migrate_city.")
        ) from None
    finally:
        connection.close()
    return official is not None and official.check_password(PASSWORD)


def _web_words(options: dict[str, Any]) -> list[str]:
    return [f"--{name}={options[name]}" for name in ("host", "port", "workers", "threads")]


def _part(name: str, *words: str) -> Part:
    command = [sys.executable, "-m", "huiyin.command", name, *words, "--until-input-ends"]
    # In a group of its own, so that Ctrl-C comes to us alone and all end in good order.
    return subprocess.Popen(command, stdin=subprocess.PIPE, process_group=0)


def _answers(host: str, port: int) -> bool:
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a comparison
    try:
        socket.create_connection((reached, port), timeout=1).close()
    except OSError:
        return False
    return True


def _all_live(parts: list[Part]) -> bool:
    return all(part.poll() is None for part in parts)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(parts: list[Part]) -> None:
    # A second Ctrl-C must not leave orphans behind.
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    for part in parts:
        part.terminate()
        if part.stdin:
            # Also for those whose own parent, the web server, was killed before.
            part.stdin.close()
    until = time.monotonic() + PATIENCE_SECONDS
    for part in parts:
        try:
            part.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()
