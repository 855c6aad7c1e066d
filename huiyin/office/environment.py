"""Reading settings from the environment, and refusing nonsense before anything starts.

Every setting of huiyin is an environment variable that begins with `HUIYIN_` (and
`DATABASE_URL`). A value that cannot be meant stops the start with one sentence.
"""

import os
from pathlib import Path


class BadSetting(SystemExit):
    """A setting that cannot be meant: the program ends with the sentence and status 2."""

    def __init__(self, sentence: str) -> None:
        super().__init__(2)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def env_text(name: str, default: str = "") -> str:
    """Read a text; an empty value counts as not given."""
    return os.environ.get(name, "").strip() or default


def adopt(name: str, value: str) -> bool:
    """Take a value for a setting that was not given, for this process and those it starts."""
    if env_text(name):
        return False
    os.environ[name] = value
    return True


def env_flag(name: str, *, default: bool) -> bool:
    """Read yes or no."""
    words = {"1": True, "yes": True, "true": True, "on": True}
    words |= {"0": False, "no": False, "false": False, "off": False}
    value = env_text(name)
    if not value:
        return default
    if value.lower() not in words:
        raise BadSetting(f"{name} is “{value}”; write yes or no.")
    return words[value.lower()]


def env_number(name: str, default: int, *, least: int, most: int) -> int:
    """Read a whole number between two bounds."""
    value = env_text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise BadSetting(f"{name} is “{value}”; write a whole number from {least} to {most}.")
    return int(value)


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """Read one of a few words."""
    value = env_text(name, default)
    if value not in choices:
        raise BadSetting(f"{name} is “{value}”; write one of: {', '.join(choices)}.")
    return value


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Read words separated by commas."""
    return [word.strip() for word in env_text(name).split(",") if word.strip()] or list(default)


def env_secret(name: str) -> str:
    """Read a secret from NAME, or from the file that NAME_FILE points to."""
    file = env_text(f"{name}_FILE")
    if not file:
        return env_text(name)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSetting(f"{name}_FILE names “{file}”, which cannot be read as text.") from None
