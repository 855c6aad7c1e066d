"""A real `huiyin serve` in a home of its own, and what is asked of it over HTTP."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from pathlib import Path

from huiyin.office.embedded import Embedded
from tests.office.cities import ROOT, City, is_alive, wait_for

FOUND_A_CITY = """
import django
django.setup()
from tests.makers import hotline, lighting
hotline(), lighting()
"""


class Site:
    """The processes of one site; every wait in here is for something another process does."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.home = city.home
        self.port = free_port()
        self.said = city.base / "said"
        self.serve: subprocess.Popen | None = None

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the city to its end."""
        return subprocess.run(
            [sys.executable, "-m", "huiyin.command", *words],
            env=self.environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> None:
        """Serve, and wait until the site says where it is."""
        with self.said.open("wb") as said:
            self.serve = subprocess.Popen(
                [sys.executable, "-m", "huiyin.command", "serve", "--port", str(self.port)],
                env=self.environment(),
                cwd=ROOT,
                stdout=said,
                stderr=said,
            )
        wait_for(lambda: "huiyin: http" in self.words() or self.serve.poll() is not None, 30)
        assert self.serve.poll() is None, self.words()

    def environment(self) -> dict[str, str]:
        """The settings of this site, and nothing of those of the run."""
        kept = ("PATH", "LANG", "HUIYIN_DATABASE_SHELTER", "HUIYIN_DATABASE_MEMORY_MB")
        kept += ("HUIYIN_POSTGRES_BIN",)
        return {name: os.environ[name] for name in kept if name in os.environ} | {
            "HUIYIN_HOME": str(self.home),
            "HUIYIN_DATABASE_FAST": "yes",
            "HUIYIN_LANGUAGE": "en",
            "PYTHONWARNINGS": "error",
        }

    def words(self) -> str:
        """What the site has said in its console so far."""
        return self.said.read_text(encoding="utf-8")

    def processes(self) -> list[int]:
        """Every process of the site that lives, the first one included."""
        return [pid for pid in descendants(self.serve.pid) if is_alive(pid)]

    def part(self, name: str) -> int:
        """The process `huiyin web` or `huiyin work`."""
        return next(pid for pid in children(self.serve.pid) if name in words_of(pid))

    def web_process(self) -> int:
        """One of the processes that answer pages."""
        return children(self.part("web"))[0]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, and give its status."""
        self.serve.send_signal(number)
        return self.serve.wait(timeout=60)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Look at a page: its status and its text."""
        with self.connected() as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def ask(self, what: str = "The lamp is dark.", photo: bytes = b"") -> tuple[int, str]:
        """Send the resident's form, as a browser does."""
        body, headers = self.form(what, photo)
        with self.connected() as connection:
            connection.request("POST", "/ask/", body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def form(self, what: str, photo: bytes = b"") -> tuple[bytes, dict[str, str]]:
        """The resident's form, filled in."""
        with self.connected() as connection:
            connection.request("GET", "/ask/")
            answer = connection.getresponse()
            given = answer.headers.get_all("Set-Cookie")
            cookie = "; ".join(one.partition(";")[0] for one in given)
            token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())[1]
        fields = {
            "csrfmiddlewaretoken": token,
            "form_key": str(uuid.uuid4()),
            "kind": "complaint",
            "what": what,
            "phone": "138 0013 8000",
        }
        return multipart(fields, photo), {
            "Content-Type": "multipart/form-data; boundary=between",
            "Cookie": cookie,
        }

    @contextlib.contextmanager
    def connected(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            yield connection
        finally:
            connection.close()

    def close(self) -> None:
        """End whatever of it still lives."""
        if self.serve is None:
            return
        left = self.processes()
        with contextlib.suppress(ProcessLookupError):
            self.serve.send_signal(signal.SIGKILL)
        self.serve.wait()
        wait_for(lambda: not any(map(is_alive, left)), 15)
        self.city.embedded()


def multipart(fields: dict[str, str], photo: bytes) -> bytes:
    """A form as browsers send it."""
    parts = [
        f'--between\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if photo:
        said = 'form-data; name="photos"; filename="lamp.jpg"'
        head = f"--between\r\nContent-Disposition: {said}\r\nContent-Type: image/jpeg\r\n\r\n"
        parts.append(head.encode() + photo + b"\r\n")
    return b"".join(parts) + b"--between--\r\n"


def found_city(site: Site) -> None:
    """Give the site its units, as an administrator would."""
    environment = site.environment() | {"DJANGO_SETTINGS_MODULE": "huiyin.settings"}
    with Embedded(site.home, fast=True):
        subprocess.run([sys.executable, "-c", FOUND_A_CITY], env=environment, cwd=ROOT, check=True)


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """The processes that one started."""
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in file.read_text().split()] if file.exists() else []


def descendants(pid: int) -> list[int]:
    """A process and all that came of it."""
    return [pid, *(one for child in children(pid) for one in descendants(child))]


def words_of(pid: int) -> str:
    """The command line of a process."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
    return ""
