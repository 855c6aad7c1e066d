"""Run every benchmark of this folder, one after the other, and print what they measured.

`python bench/run.py [NAME …]`. They work in a city of their own, in var/bench.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from huiyin.office.database import embedded_is_used
from huiyin.office.embedded import Embedded

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "bench"


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all; exit 1 if one of them fails."""
    known = sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py") if path.stem != "run")
    if set(names) - set(known):
        print(f"There are these benchmarks: {', '.join(known)}.", file=sys.stderr)
        return 2
    environment = os.environ | {"HUIYIN_HOME": str(HOME), "PYTHONPATH": str(ROOT)}
    if embedded_is_used():
        # Held here, so that the database runs on from one benchmark to the next.
        Embedded(HOME).join()
    subprocess.run(
        [sys.executable, "-m", "huiyin.command", "migrate_city"],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    failed = [name for name in names or known if not _ran(name, environment)]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def _ran(name: str, environment: dict[str, str]) -> bool:
    print(f"\n== bench/{name}.py", flush=True)
    began = time.perf_counter()
    bench = subprocess.Popen([sys.executable, "-m", f"bench.{name}"], cwd=ROOT, env=environment)
    _, status, used = os.wait4(bench.pid, 0)
    bench.returncode = os.waitstatus_to_exitcode(status)
    wall, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    megabytes = used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    print(f"   {wall:.1f} s, {cpu:.1f} s of CPU, {megabytes:,.0f} MB at most", flush=True)
    return bench.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
