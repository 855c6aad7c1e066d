"""The verifier printed in the reference page is run, outside this program, on real rows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "logbook.md"


@pytest.fixture
def files(book, tmp_path):  # noqa: ARG001 - only has to come first
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "verifier.py").write_text(source, encoding="utf-8")
    for act in (["entries"], ["seals"], ["proof", "HY-1"]):
        call_command("logbook", *act, "--out", str(tmp_path / act[0]), verbosity=0)
    return tmp_path


def verified(files, *words):
    command = [sys.executable, "-I", "verifier.py", *words]
    done = subprocess.run(command, cwd=files, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def change(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_it_needs_nothing_but_python_and_few_lines(files):
    source = (files / "verifier.py").read_text()
    imported = re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE)
    assert set(imported) <= sys.stdlib_module_names
    assert len(source.splitlines()) <= 80


def test_it_finds_real_entries_whole(files):
    assert verified(files, "entries", "entries") == (0, "3 chains are whole.\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('\\"received\\"', '\\"closed\\"'),
        ('"position":2', '"position":1'),
        ('"about":"HY-2","body"', '"about":"HY-1","body"'),
    ],
)
def test_it_finds_changed_entries(files, old, new):
    change(files / "entries", old, new)
    status, said = verified(files, "entries", "entries")
    assert status == 1
    assert "not what was written here" in said


def test_it_finds_entries_taken_out(files):
    lines = (files / "entries").read_text().splitlines(keepends=True)
    (files / "entries").write_text("".join(lines[:5] + lines[6:]))
    assert "HY-2, position 1:" in verified(files, "entries", "entries")[1]


def test_it_is_convinced_by_a_real_proof(files):
    said = verified(files, "proof", "proof", "seals")
    assert said == (0, "HY-1 stands in published seal 2.\n")


@pytest.mark.parametrize(
    ("change_proof", "sentence"),
    [
        (lambda proof: proof.update(about="HY-2"), "does not begin with the entry"),
        (lambda proof: proof["bodies"].pop(), "not under the root"),
        (lambda proof: proof["path"].reverse(), "not under the root"),
        (lambda proof: proof.update(index=1), "not under the root"),
        (lambda proof: proof.update(index=8), "not under the root"),
        (lambda proof: proof["seals"][0].update(at="2020-01-01"), "not what was sealed"),
        (lambda proof: proof["seals"].clear(), "IndexError"),
    ],
    ids=range(7),
)
def test_it_is_not_convinced_by_a_changed_proof(files, change_proof, sentence):
    proof = json.loads((files / "proof").read_text())
    change_proof(proof)
    (files / "proof").write_text(json.dumps(proof))
    status, said = verified(files, "proof", "proof", "seals")
    assert status == 1
    assert sentence in said


def test_it_is_not_convinced_without_the_published_seal(files):
    (files / "seals").write_text('{"seals": []}')
    assert "None of these seals was published" in verified(files, "proof", "proof", "seals")[1]


def test_it_does_not_believe_a_forged_seal_that_stands_before_a_published_one(files):
    proof = json.loads((files / "proof").read_text())
    proof["seals"].insert(0, proof["seals"][0])
    (files / "seals").write_text('{"seals": []}')
    (files / "proof").write_text(json.dumps(proof))
    assert "Seal 2 is not what was sealed" in verified(files, "proof", "proof", "seals")[1]
