"""What the house tests read: the modules, templates and texts of the checkout, parsed once."""

import ast
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def modules(folder: str) -> dict[str, ast.Module]:
    """Each module below a folder of the checkout, by its path; migrations left out."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts and path.read_text(encoding="utf-8").strip()
    }


def lines_of(path: str | Path) -> int:
    """How many lines a file of the checkout has."""
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def functions_in(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    return [node for node in ast.walk(tree) if isinstance(node, FUNCTION)]


def files(folder: str, *endings: str) -> list[Path]:
    """Our own files below a folder with one of these endings, as paths from the root."""
    found = (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in endings)
    return [path.relative_to(ROOT) for path in found if "vendor" not in path.parts]


@cache
def tracked_files() -> list[Path]:
    """What belongs to the repository, also what is new and not ignored."""
    said = subprocess.run(
        [
            shutil.which("git") or "git",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = [Path(name) for name in said.split("\0") if name]
    return [name for name in names if (ROOT / name).is_file()]
