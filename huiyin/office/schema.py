"""Whether the tables of the embedded database are those of this version.

A digest of all migration names is kept beside the database, so that a command that
starts does not have to load every migration only to learn that nothing is new.
"""

import os
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
OUTSIDE = ("Django", "procrastinate", "django-axes")


def schema_digest() -> str:
    """A digest of the names of all migrations and of the packages that bring some."""
    names = sorted(str(file.relative_to(PACKAGE)) for file in PACKAGE.glob("*/migrations/0*.py"))
    names += [f"{name} {version(name)}" for name in OUTSIDE]
    return sha256("\n".join(names).encode()).hexdigest()


def is_current(home: Path) -> bool:
    """Whether the embedded database was migrated by this version."""
    mark = home / "database.schema"
    return mark.exists() and mark.read_text(encoding="ascii").strip() == schema_digest()


def mark_current(home: Path) -> None:
    """Remember that the embedded database has the tables of this version."""
    (home / "database.schema").write_text(schema_digest(), encoding="ascii")


def migrate_in_own_process() -> None:
    """Make the tables as the owner, whose rights this process never gets."""
    done = subprocess.run(
        [sys.executable, "-m", "huiyin.command", "migrate_city"],
        env=os.environ | {"HUIYIN_DATABASE_ROLE": "owner"},
        # The output of the command that waits for this must stay its own.
        stdout=sys.stderr,
        check=False,
    )
    if done.returncode:
        sys.exit(done.returncode)
