"""A setting is read, or refused in one sentence that names it and says what to write."""

import os
import subprocess
import sys

import pytest

from huiyin.office import environment
from huiyin.office.environment import BadSetting
from tests.office.cities import ROOT
from tools import reference

SETTINGS = "huiyin/settings.py"
FLAG = ("flag", {"default": True})
NUMBER = ("number", {"default": 5, "least": 1, "most": 10})
CHOICE = ("choice", {"default": "one", "choices": ("one", "two")})


def read(kind, arguments):
    return getattr(environment, f"env_{kind}")("HUIYIN_X", **arguments)


@pytest.mark.parametrize(
    ("reader", "value", "meant"),
    [
        (FLAG, None, True),
        (FLAG, "", True),
        (FLAG, "no", False),
        (FLAG, " OFF ", False),
        (FLAG, "1", True),
        (NUMBER, None, 5),
        (NUMBER, "1", 1),
        (NUMBER, "10", 10),
        (CHOICE, None, "one"),
        (CHOICE, "two", "two"),
    ],
)
def test_what_is_meant_is_read(monkeypatch, reader, value, meant):
    monkeypatch.delenv("HUIYIN_X", raising=False)
    if value is not None:
        monkeypatch.setenv("HUIYIN_X", value)
    assert read(*reader) == meant


@pytest.mark.parametrize(
    ("reader", "value", "remedy"),
    [
        (FLAG, "maybe", "write yes or no"),
        (NUMBER, "0", "from 1 to 10"),
        (NUMBER, "11", "from 1 to 10"),
        (NUMBER, "-1", "from 1 to 10"),
        (NUMBER, "3.5", "from 1 to 10"),
        (NUMBER, "五", "from 1 to 10"),
        (NUMBER, "²", "from 1 to 10"),
        (CHOICE, "three", "write one of: one, two"),
        (CHOICE, "ONE", "write one of: one, two"),
    ],
)
def test_what_cannot_be_meant_ends_with_status_2_and_a_remedy(monkeypatch, reader, value, remedy):
    monkeypatch.setenv("HUIYIN_X", value)
    with pytest.raises(BadSetting) as refused:
        read(*reader)
    assert refused.value.code == 2
    assert str(refused.value).startswith(f"HUIYIN_X is “{value}”")
    assert remedy in str(refused.value)


def test_a_list_is_read_word_by_word(monkeypatch):
    monkeypatch.setenv("HUIYIN_X", " a.example , ,b.example,")
    assert environment.env_list("HUIYIN_X") == ["a.example", "b.example"]
    monkeypatch.setenv("HUIYIN_X", " , ")
    assert environment.env_list("HUIYIN_X", ("c",)) == ["c"]


def test_a_secret_is_read_from_its_file_and_a_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HUIYIN_X", "in the open")
    assert environment.env_secret("HUIYIN_X") == "in the open"
    file = tmp_path / "secret"
    file.write_text("in a file\n", encoding="utf-8")
    monkeypatch.setenv("HUIYIN_X_FILE", str(file))
    assert environment.env_secret("HUIYIN_X") == "in a file"
    for content in (b"\xff\xfe", None):
        file.unlink() if content is None else file.write_bytes(content)
        with pytest.raises(BadSetting, match=r"HUIYIN_X_FILE names .* cannot be read as text"):
            environment.env_secret("HUIYIN_X")


def refusable():
    """Every setting that is read when huiyin starts and cannot be just any text."""
    checked = {"env_flag", "env_number", "env_choice"}
    known = [s.name for s in reference.settings() if s.reader in checked and s.module == SETTINGS]
    return [*known, "HUIYIN_TIME_ZONE", "HUIYIN_SITE_URL", "HUIYIN_NUMBER_PREFIX", "DATABASE_URL"]


@pytest.mark.slow
@pytest.mark.parametrize("name", refusable())
def test_nonsense_in_any_setting_stops_huiyin_before_it_does_anything(name, tmp_path):
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-m", "huiyin.command", "doctor", "--help"],
        env={"PATH": os.environ["PATH"], "HUIYIN_HOME": str(home), name: "no-nonsense!"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert name in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (home / "database").exists()
