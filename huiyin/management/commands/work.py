"""`huiyin work`: the worker alone, for those who run several."""

import asyncio
import contextlib
import logging
import signal
import time
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException

from huiyin.office.lifeline import PATIENCE_SECONDS, end_with_input

PAUSE_SECONDS = 2.0
SILENCE_SECONDS = 60.0
POOL_SECONDS = 3.0
log = logging.getLogger("huiyin.work")


class Command(BaseCommand):
    """Runs the jobs that pages and the clock leave behind."""

    help = "Run the worker: hourly seals and whatever jobs wait."
    # Nothing of the pages is loaded to print a line.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to end with another program."""
        parser.add_argument(
            "--until-input-ends",
            action="store_true",
            help="end when the standard input does, that is with the program that holds it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop."""
        if options["until_input_ends"]:
            end_with_input()
        asyncio.run(_work_until_stopped())


async def _work_until_stopped() -> None:
    """Work; begin anew whenever the database was away, which ends procrastinate's worker."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    said_at = -SILENCE_SECONDS
    while not stopped.is_set():
        with contextlib.suppress(ConnectorException, psycopg.OperationalError):
            await _work(stopped)
        if not stopped.is_set():
            if time.monotonic() >= said_at + SILENCE_SECONDS:
                log.warning("The worker lost the database; it goes on when that answers again.")
                said_at = time.monotonic()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), PAUSE_SECONDS)


async def _work(stopped: asyncio.Event) -> None:
    connector = PsycopgConnector(
        kwargs=connector_params(), min_size=1, timeout=POOL_SECONDS, reconnect_timeout=POOL_SECONDS
    )
    with app.replace_connector(connector) as at_work:
        async with at_work.open_async():
            work = asyncio.create_task(
                at_work.run_worker_async(
                    concurrency=1,
                    # What failed stays, for `huiyin doctor`.
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=PATIENCE_SECONDS - 2,
                )
            )
            halt = asyncio.create_task(stopped.wait())
            await asyncio.wait({work, halt}, return_when=asyncio.FIRST_COMPLETED)
            halt.cancel()
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
