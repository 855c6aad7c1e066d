"""`huiyin web`: the web server alone, for those who run several."""

import gc
import logging
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import get_resolver
from django.utils.module_loading import import_string
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from huiyin.office.lifeline import PATIENCE_SECONDS, end_with_input
from huiyin.office.ports import adopt_address, check_port
from huiyin.office.whole_input import Site


class Command(BaseCommand):
    """Answers the pages of the site; one of its processes that was killed is replaced."""

    help = "Run the web server alone."
    # The pages are checked by loading them, just below.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen and with how many processes."""
        add_web_arguments(parser)
        parser.add_argument(
            "--until-input-ends",
            action="store_true",
            help="end when the standard input does, that is with the program that holds it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        check_port(options["host"], options["port"])
        adopt_address(options["host"], options["port"])
        if options["until_input_ends"]:
            end_with_input()
        server = MPServer(
            settings.WSGI_APPLICATION,
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            websockets=False,
            workers=options["workers"],
            blocking_threads=options["threads"],
            respawn_failed_workers=True,
            workers_kill_timeout=int(PATIENCE_SECONDS) - 1,
            # Addresses and receipts must not land in a log.
            log_level=LogLevels.warning,
            log_access=False,
        )
        # Loaded once, here; the processes that are forked from this one share its memory.
        _ = import_string(settings.WSGI_APPLICATION), get_resolver().url_patterns
        gc.freeze()
        site = partial(_site, options["until_input_ends"])
        logging.getLogger("_granian").addFilter(_says_more_than_the_end)
        server.serve(target_loader=site, wrap_loader=False)


def _says_more_than_the_end(line: logging.LogRecord) -> bool:
    """Leave out that a browser kept its connection open to the end, which is no fault."""
    return "after it refused to gracefully stop" not in line.getMessage()


def add_web_arguments(parser: ArgumentParser) -> None:
    """What `huiyin web` and `huiyin serve` are both told."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 lets other machines and phones reach it"
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)


def _site(is_held: bool) -> Site:  # noqa: FBT001 - handed over to each process as it is
    if is_held:
        end_with_input()
    site: Site = import_string(settings.WSGI_APPLICATION)
    return site
