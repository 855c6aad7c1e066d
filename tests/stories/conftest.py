"""A site that a browser can visit: the real application on a port of its own, and a browser."""

import os
import shutil
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connections

from huiyin.wsgi import application

PICTURES = Path(__file__).resolve().parent.parent / "pictures"
CALM = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


class ThreadedServer(ThreadingMixIn, WSGIServer):
    """Answers several requests of one page at once, as a browser sends them."""

    daemon_threads = True


class SilentHandler(WSGIRequestHandler):
    """Leaves no line for each picture of a page."""

    def log_message(self, *_):
        pass


def quiet(environ, start_response):
    """The application, giving its connection back after each request."""
    answer = application(environ, start_response)
    try:
        yield from answer
    finally:
        answer.close()
        connections.close_all()


@pytest.fixture
def site(settings, committed_city):  # noqa: ARG001 - the city this site serves
    """The address of the running site."""
    with make_server("127.0.0.1", 0, quiet, ThreadedServer, SilentHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"
        yield settings.SITE_URL
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """Debian's chromium; a machine without it is told what was not run."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = os.environ.get("HUIYIN_CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium on this machine (Debian: apt-get install chromium)")
    # playwright keeps an event loop in this thread until the last test, which Django would take
    # for a reason not to ask the database, in whatever test comes next; here nobody waits for it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=list(CALM))
        yield chromium
        chromium.close()


@pytest.fixture
def window(browser):
    """Opens windows: at a desk's width or a phone's, speaking Chinese; pages must not break."""
    opened, faults = [], []

    def open_window(width):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="zh-CN", service_workers="block"
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on(
            "console",
            lambda line: faults.append(line.text) if line.type == "error" else None,
        )
        opened.append(context)
        return page

    yield open_window
    for context in opened:
        context.close()
    assert faults == []


def picture(page, name):
    """Leave a picture of a page; nothing may stick out at its side."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], f"{name} is {wide} wide"
