"""The site's own settings, in a home of the tests' own: no test touches a city that lives."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for name in [name for name in os.environ if name.startswith("HUIYIN_")]:
    if name not in {"HUIYIN_TEST_HOME", "HUIYIN_POSTGRES_BIN", "HUIYIN_DATABASE_ACCOUNT"}:
        del os.environ[name]
os.environ["HUIYIN_HOME"] = os.environ.get("HUIYIN_TEST_HOME", str(ROOT / "var" / "test"))
os.environ["HUIYIN_DATABASE_FAST"] = "yes"

from huiyin.settings import *  # noqa: E402, F403
