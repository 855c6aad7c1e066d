"""The officials' pages at 100 thousand cases: how long each takes, one after the other.

Over HTTP, signed in, as the browser asks. `python bench/pages.py [CASES]`; the city is built
anew in a folder of its own.
"""

import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("BENCH_PORT", "8392"))
PASSWORD = "huiyin-demo"  # noqa: S105 - everybody's in a demo city
TIMES = 25
PAGES = {
    "supervisor": ["/desk/", "/desk/?tab=all"],
    "dispatcher": ["/desk/dispatch/"],
    "caller": ["/desk/call-backs/"],
    "lighting": ["/desk/", "a case"],
}


class Visitor:
    """A browser without a screen: one connection, cookies kept."""

    def __init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Ask for a page and read it to its end."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.strip().partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read().decode()

    def sign_in(self, name: str) -> None:
        """Sign in with the password of the demo city."""
        _status, page = self.ask("GET", "/desk/sign-in/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        token = found[1] if found else ""
        fields = {"csrfmiddlewaretoken": token, "username": name, "password": PASSWORD}
        status, _page = self.ask("POST", "/desk/sign-in/", urlencode(fields))
        if status != 302:
            raise SystemExit(f"{name} could not sign in: {status}.")


def measure(visitor: Visitor, path: str) -> str:
    """Ask for one page again and again; milliseconds, the median first."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        status, _page = visitor.ask("GET", path)
        taken.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise SystemExit(f"{path}: {status}.")
    return f"median {statistics.median(taken):5.1f} ms, best {min(taken):5.1f} ms"


def main(cases: int) -> None:
    """Build the city, serve it, and turn its pages."""
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-pages-", dir=ROOT / "var") as folder:
        Path(folder).chmod(0o755)
        environment = os.environ | {"HUIYIN_HOME": folder}
        huiyin = [sys.executable, "-m", "huiyin.command"]
        began = time.perf_counter()
        build = [*huiyin, "demo", "--cases", str(cases)]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT)
        print(f"pages at {cases} cases (city built in {time.perf_counter() - began:.0f} s):")
        serve = [*huiyin, "serve", "--port", str(PORT)]
        site = subprocess.Popen(serve, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT)
        try:
            turn_pages()
        finally:
            site.send_signal(signal.SIGTERM)
            site.wait(30)


def turn_pages() -> None:
    """Every page of every official, printed."""
    for name, paths in PAGES.items():
        visitor = _arrived()
        visitor.sign_in(name)
        for path in paths:
            asked = path
            if path == "a case":
                found = re.search(r"/desk/cases/[A-Z][^/\"]+/", visitor.ask("GET", "/desk/")[1])
                asked = found[0] if found else "/desk/"
            print(f"  {name:<12} {path:<18} {measure(visitor, asked)}")


def _arrived() -> Visitor:
    for _ in range(100):
        visitor = Visitor()
        try:
            visitor.ask("GET", "/healthz")
        except OSError:
            time.sleep(0.2)
        else:
            return visitor
    raise SystemExit("The site did not start.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
