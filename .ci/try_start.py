"""Run `make start` in a new home until its pages answer, twice, as a stranger would.

Says how long the first page took each time. Fails if a page is missing, if the site does
not end when it is told to, or if a second start is slow.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_SECONDS, SECOND_SECONDS, END_SECONDS = 240, 20, 60
PAGES = ("/", "/ask/", "/desk/sign-in/", "/static/site.css")


def main() -> int:
    """Start twice in one home, then take the home away."""
    (ROOT / "var").mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="start-", dir=ROOT / "var"))
    # Readable like any folder of a checkout; what is secret inside is private by itself.
    home.chmod(0o755)
    try:
        for limit, which in ((FIRST_SECONDS, "first"), (SECOND_SECONDS, "second")):
            print(f"{which} start: {_started(home, limit):.1f} s to the first page", flush=True)
    except (TimeoutError, RuntimeError) as reason:
        print(reason, file=sys.stderr)
        return 1
    finally:
        _take_away(home)
    return 0


def _started(home: Path, limit: float) -> float:
    port = _free_port()
    log = home / "start.log"
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as out:
        site = subprocess.Popen(
            ["make", "start", f"PORT={port}"],  # noqa: S607 - the machine's own make
            cwd=ROOT,
            env=os.environ | {"HUIYIN_HOME": str(home)},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/", site, limit=limit, log=log)
            seconds = time.monotonic() - began
            for page in PAGES:
                _opened(f"http://127.0.0.1:{port}{page}")
        finally:
            site.send_signal(signal.SIGTERM)
            _end(site)
    print(log.read_text(encoding="utf-8"), flush=True)
    return seconds


def _wait_for(address: str, site: subprocess.Popen[bytes], *, limit: float, log: Path) -> None:
    until = time.monotonic() + limit
    while time.monotonic() < until:
        if site.poll() is not None:
            raise RuntimeError(f"make start ended by itself:\n{log.read_text(encoding='utf-8')}")
        try:
            _opened(address)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"No page after {limit} s:\n{log.read_text(encoding='utf-8')}")


def _opened(address: str) -> None:
    with urllib.request.urlopen(address, timeout=20) as response:  # noqa: S310 - our own site
        if response.status != 200 or not response.read():
            raise RuntimeError(f"{address} answers {response.status}.")


def _end(site: subprocess.Popen[bytes]) -> None:
    try:
        site.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(site.pid, signal.SIGKILL)
        raise RuntimeError(f"The site did not end within {END_SECONDS} s.") from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _take_away(home: Path) -> None:
    pointer = home / "database.folder"
    # The keeper stops the database a moment after the last process that used it.
    time.sleep(5)
    if pointer.exists():
        shutil.rmtree(pointer.read_text(encoding="utf-8").strip(), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
