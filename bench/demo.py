"""How long the demo city takes: seconds, cases a second, the most memory.

Each size in a folder and a database of its own, as `huiyin demo` builds it for anybody.
Usage: python -m bench.demo [cases …]
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from huiyin.office.database import embedded_is_used

ROOT = Path(__file__).resolve().parent.parent
SIZES = (2_000, 20_000, 100_000)


def measured(cases: int) -> tuple[float, float]:
    """Build one city; gives the seconds and the megabytes that the builder held at most."""
    home = ROOT / "var" / f"bench-demo-{cases}"
    shutil.rmtree(home, ignore_errors=True)
    environment = os.environ | {"HUIYIN_HOME": str(home), "PYTHONPATH": str(ROOT)}
    huiyin = [sys.executable, "-m", "huiyin.command"]
    subprocess.run(
        [*huiyin, "migrate_city"], env=environment, stdout=subprocess.DEVNULL, check=True
    )
    began = time.perf_counter()
    builder = subprocess.Popen(
        [*huiyin, "demo", "--cases", str(cases)], env=environment, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(builder.pid, 0)
    seconds = time.perf_counter() - began
    builder.returncode = os.waitstatus_to_exitcode(status)
    if builder.returncode:
        sys.exit(f"The city of {cases:,} cases was not built.")
    subprocess.run(
        [*huiyin, "logbook", "verify"], env=environment, stdout=subprocess.DEVNULL, check=True
    )
    shutil.rmtree(home, ignore_errors=True)
    return seconds, used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def main() -> None:
    """Build the cities one after the other."""
    if not embedded_is_used():
        sys.exit("This benchmark needs databases of its own: run it without DATABASE_URL.")
    for cases in [int(word) for word in sys.argv[1:]] or SIZES:
        seconds, megabytes = measured(cases)
        rate = cases / seconds
        print(f"{cases:>10,} cases {seconds:8.1f} s {rate:10,.0f}/s {megabytes:8,.0f} MB")


if __name__ == "__main__":
    main()
