"""Nonsense in a setting stops the start with one sentence; nothing of one machine is kept."""

import ast
import os
import subprocess
import sys

import pytest

from tests.house.rooms import ROOT, modules, tracked_files
from tools import reference

SECRETS = {"HUIYIN_SECRET_KEY": "s" * 50, "HUIYIN_DATA_KEYS": f"k1:{'0' * 64}"}
NONSENSE = [
    ("HUIYIN_MODE", "nearly"),
    ("HUIYIN_LANGUAGE", "latin"),
    ("HUIYIN_TIME_ZONE", "Peking"),
    ("HUIYIN_DRAFT_DAYS", "0"),
    ("HUIYIN_GUARD_LAST_HOURS", "0"),
    ("HUIYIN_GUARD_FALSE_PER_THOUSAND", "often"),
    ("HUIYIN_SESSION_HOURS", "-1"),
    ("HUIYIN_SESSION_HOURS", "ten"),
    ("HUIYIN_SESSION_HOURS", "1000"),
    ("HUIYIN_DATABASE_POOL", "100000"),
    ("HUIYIN_BEHIND_TLS", "perhaps"),
    ("HUIYIN_SECRET_KEY", "short"),
    ("HUIYIN_DATA_KEYS", "k1:not-hexadecimal"),
    ("DATABASE_URL", "a server somewhere"),
    ("HUIYIN_SMS_GATEWAY_URL", "sms.example.cn"),
    # A gateway without its secret.
    ("HUIYIN_SMS_GATEWAY_URL", "https://sms.example.cn/send"),
    ("HUIYIN_MOBILE_NUMBERS", "1[3-9"),
    ("HUIYIN_EXCLUSION_GROUNDS", "no such file"),
]
# Places in which the environment itself is read or handed on, each for its reason:
READS_ENVIRONMENT = {
    "huiyin/command.py",  # chooses the role and the settings for the rest of the process
    "huiyin/office/embedded/use.py",  # hands a short list on to the keeper
    "huiyin/office/embedded/accounts.py",  # runs PostgreSQL's programs with nothing of ours
    "huiyin/office/environment.py",  # the readers themselves
    "huiyin/office/schema.py",  # runs the owner's command in a process of its own
    "huiyin/office/upkeep/tools.py",  # hands the password on to pg_dump, where nobody sees it
    "huiyin/wsgi.py",  # names the settings for a web server
}


def started_with(home, **environment: str) -> subprocess.CompletedProcess[str]:
    """What happens when settings are read with only these variables given."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    program = "import huiyin.command as c; c.main(['doctor', '--help'])"
    return subprocess.run(
        [sys.executable, "-c", program],
        env=kept | {"HUIYIN_HOME": str(home), "PYTHONPATH": str(ROOT)} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("name", "value"), NONSENSE)
def test_nonsense_stops_the_start_with_one_sentence_that_names_the_setting(name, value, tmp_path):
    done = started_with(tmp_path, **{name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_production_does_not_start_without_its_secrets(missing, tmp_path):
    given = {name: value for name, value in SECRETS.items() if name != missing}
    done = started_with(tmp_path, HUIYIN_MODE="production", HUIYIN_HOSTS="12345.example", **given)
    assert done.returncode == 2
    assert missing in done.stderr
    assert not (tmp_path / "keys").exists()


def test_production_starts_with_its_secrets_and_its_host_names(tmp_path):
    done = started_with(tmp_path, HUIYIN_MODE="production", HUIYIN_HOSTS="12345.example", **SECRETS)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_secret_can_be_given_as_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text("too short", encoding="utf-8")
    done = started_with(tmp_path, HUIYIN_SECRET_KEY_FILE=str(file))
    assert "HUIYIN_SECRET_KEY" in done.stderr


def test_every_setting_is_ours_by_its_name():
    names = [setting.name for setting in reference.settings()]
    assert [n for n in names if not n.startswith(("HUIYIN_", "DATABASE_"))] == []


def test_the_environment_is_read_in_one_place():
    readers = {
        path
        for path, tree in modules("huiyin").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "putenv"}
    }
    assert readers == READS_ENVIRONMENT & readers


def test_no_tracked_file_names_a_registry_or_a_folder_of_one_machine():
    # Put together here, so that this file does not name them either.
    refused = ["".join(parts) for parts in MACHINES]
    found = [
        f"{path}: {word}"
        for path in tracked_files()
        for word in refused
        if word.encode() in (ROOT / path).read_bytes()
    ]
    assert found == []


MACHINES = [
    ("py", "pi.org"),
    ("python", "hosted.org"),
    ("registry.", "npmjs"),
    ("deb.", "debian"),
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("/opt/", "pypi"),
    ("/opt/", "wheels"),
    ("/t", "mp/lab"),
]
