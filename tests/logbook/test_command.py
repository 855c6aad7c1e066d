"""`huiyin logbook` as an operator types it: what it prints, and with which status it ends."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from tests.logbook.book import write


def typed(*words: object) -> None:
    call_command("logbook", *map(str, words))


@pytest.mark.usefixtures("book")
def test_a_clean_logbook_is_said_to_be_clean(capsys):
    typed("verify")
    said = capsys.readouterr().out
    assert "12 entries, 3 chains, 2 seals" in said
    assert "Faults: 0." in said


@pytest.mark.usefixtures("owners_book")
def test_a_changed_entry_is_named_and_the_status_is_one(capsys):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE logbook_entry SET body = replace(body, 'received', 'Received')"
            " WHERE about = 'HY-2' AND position = 2 RETURNING id"
        )
        (entry,) = cursor.fetchone()
    with pytest.raises(SystemExit) as ended:
        typed("verify")
    assert ended.value.code == 1
    assert f"HY-2 [2] ({entry}): This entry was changed" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        typed("verify", "--json")
    assert ended.value.code == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["entries"], said["chains"], said["seals"], said["erased_words"]) == (12, 3, 2, 0)
    (problem,) = said["problems"]
    assert problem.keys() == {"about", "position", "entry", "problem"}
    assert (problem["about"], problem["position"], problem["entry"]) == ("HY-2", 2, entry)


@pytest.mark.django_db
def test_what_waits_is_sealed_once(capsys):
    write("HY-1")
    typed("seal")
    assert "Seal 1 was made (chains: 1)" in capsys.readouterr().out
    typed("seal")
    assert "Nothing was written since the last seal" in capsys.readouterr().out
    assert verify().seals == 1


@pytest.mark.usefixtures("book")
def test_published_seals_and_a_proof_convince_without_the_database(
    tmp_path, capsys, django_assert_num_queries
):
    seals, proof = tmp_path / "seals.json", tmp_path / "proof.json"
    typed("seals", "--out", seals)
    typed("proof", "HY-1", "--out", proof)
    capsys.readouterr()
    with django_assert_num_queries(0):
        typed("check-receipt", proof, "--seals", seals)
    said = capsys.readouterr().out
    assert entries_about("HY-1")[0].hash in said
    assert "stands in seal 2" in said
    typed("check-receipt", proof)
    typed("verify", "--against", seals)


@pytest.mark.usefixtures("book")
def test_a_proof_that_was_changed_ends_with_status_one(tmp_path):
    proof = tmp_path / "proof.json"
    typed("proof", "HY-1", "--out", proof)
    proof.write_text(proof.read_text().replace("HY-1", "HY-2"))
    with pytest.raises(CommandError, match="do not begin with the one on the receipt") as ended:
        typed("check-receipt", proof)
    assert ended.value.returncode == 1


@pytest.mark.usefixtures("book")
def test_entries_are_exported_without_anybodys_words(tmp_path):
    file = tmp_path / "entries.jsonl"
    typed("entries", "HY-1", "HY-3", "--out", file)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["about"], line["position"]) for line in lines] == [
        (about, position) for about in ("HY-1", "HY-3") for position in range(4)
    ]
    assert "灯坏了" not in file.read_text()
    typed("entries", "--out", file)
    assert len(file.read_text().splitlines()) == 12


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["check-receipt", "{0}/nowhere"], "cannot be used"),
        (["check-receipt", "{0}/gbk"], "not JSON in UTF-8"),
        (["verify", "--against", "{0}/list"], "holds no published seals"),
        (["seals", "--out", "{0}/no/such/folder"], "cannot be used"),
        (["seals", "--out", "{0}"], "cannot be used"),
    ],
)
def test_wrong_use_is_one_sentence_and_status_two(tmp_path, words, sentence):
    (tmp_path / "gbk").write_bytes("灯".encode("gbk"))
    (tmp_path / "list").write_text("[1]")
    with pytest.raises(CommandError, match=sentence) as ended:
        typed(*[word.format(tmp_path) for word in words])
    assert ended.value.returncode == 2


@pytest.mark.django_db
def test_the_proof_of_an_unknown_case_leaves_no_file(tmp_path):
    with pytest.raises(CommandError, match="The logbook knows no case “HY-9”") as ended:
        typed("proof", "HY-9", "--out", tmp_path / "proof")
    assert ended.value.returncode == 1
    assert not (tmp_path / "proof").exists()
