"""Taking cases in over HTTP: how many a second, how much processor each, how long each waits.

The whole way: form with CSRF and key, rules, sealing of the resident, place of the point,
case, logbook, receipt; durable when the answer comes. `python bench/intake.py [CASES]`.
"""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from huiyin.office.embedded import Embedded

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 16
PORT = int(os.environ.get("BENCH_PORT", "8391"))
TICKS = os.sysconf("SC_CLK_TCK")
FIELDS = {
    "kind": "help",
    "where": "建设路 12 号院门口",
    "what": "路灯不亮已经一个星期了,晚上老人和孩子走路看不清,希望尽快派人维修。",
    "name": "王阿姨",
    "phone": "10000001234",
    "longitude": "118.73",
    "latitude": "31.54",
}


def request_bytes() -> bytes:
    """One filled-in form as a browser sends it."""
    boundary, token = uuid.uuid4().hex, "a" * 32
    fields = FIELDS | {"csrfmiddlewaretoken": token, "form_key": str(uuid.uuid4())}
    body = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    body += f"--{boundary}--\r\n"
    content = body.encode()
    head = (
        f"POST /ask/ HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nCookie: huiyin_csrf={token}\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def visitor(requests: list[bytes], waits: list[float]) -> None:
    """One keep-alive connection that sends the requests it takes from the pile."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    while requests:
        content = requests.pop()
        began = time.perf_counter()
        writer.write(content)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            ),
            0,
        )
        answer = await reader.readexactly(length)
        if b" 303 " not in head.split(b"\r\n")[0]:
            raise SystemExit(f"Not taken in: {head[:200]!r} {answer[:300]!r}")
        waits.append(time.perf_counter() - began)
    writer.close()


def processor_seconds(root: int) -> tuple[float, float]:
    """Processor time of the site below a process, and of this city's database server."""
    parents, used, names = {}, {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name, _, rest = (entry / "stat").read_text().rpartition(")")
        except OSError:
            continue
        parts = rest.split()
        pid = int(entry.name)
        parents[pid], names[pid] = int(parts[1]), name.partition("(")[2]
        # Of finished children too: a database process ends with its connection.
        used[pid] = sum(int(ticks) for ticks in parts[11:15]) / TICKS
    site = sum(seconds for pid, seconds in used.items() if _is_below(pid, root, parents))
    postmaster = _postmaster()
    return site, sum(s for pid, s in used.items() if _is_below(pid, postmaster, parents))


def _is_below(pid: int, root: int, parents: dict[int, int]) -> bool:
    while pid and pid != root:
        pid = parents.get(pid, 0)
    return pid == root


def _postmaster() -> int:
    pid = Embedded(Path(os.environ["HUIYIN_HOME"])).status().pid
    if pid is None:
        raise SystemExit("The database's process was not found.")
    return pid


def main(cases: int) -> None:
    """Build a small city, serve it, and take cases in."""
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-", dir=ROOT / "var") as folder:
        Path(folder).chmod(0o755)
        os.environ["HUIYIN_HOME"] = folder
        huiyin = [sys.executable, "-m", "huiyin.command"]
        subprocess.run([*huiyin, "demo", "--cases", "300"], check=True, stdout=subprocess.DEVNULL)
        site = subprocess.Popen(
            [*huiyin, "serve", "--port", str(PORT)], stdout=subprocess.DEVNULL, cwd=ROOT
        )
        try:
            _wait_for_site()
            asyncio.run(_attack(200, []))
            waits: list[float] = []
            before, began = processor_seconds(site.pid), time.perf_counter()
            asyncio.run(_attack(cases, waits))
            seconds, after = time.perf_counter() - began, processor_seconds(site.pid)
        finally:
            site.send_signal(signal.SIGTERM)
            site.wait(30)
    app, base = ((after[at] - before[at]) / cases * 1000 for at in (0, 1))
    waits.sort()
    print(f"taking in over HTTP, {AT_ONCE} at once, {cases} cases:")
    print(f"  {cases / seconds:.0f} a second")
    print(f"  processor for each: {app + base:.2f} ms (site {app:.2f}, database {base:.2f})")
    print(
        f"  wait: median {statistics.median(waits) * 1000:.0f} ms, "
        f"95 of 100 under {waits[int(len(waits) * 0.95)] * 1000:.0f} ms"
    )


async def _attack(cases: int, waits: list[float]) -> None:
    requests = [request_bytes() for _ in range(cases)]
    await asyncio.gather(*(visitor(requests, waits) for _ in range(AT_ONCE)))


def _wait_for_site() -> None:
    for _ in range(100):
        try:
            asyncio.run(_touch())
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The site did not start.")


async def _touch() -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
