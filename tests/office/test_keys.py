"""Keys are made once and for their owner alone, or must be given; half a key is refused."""

import pytest

from huiyin.office.environment import BadSetting
from huiyin.office.keys import data_keys, sign_in_key

WHOLE = "ab" * 32


def test_a_trial_makes_its_keys_once_for_their_owner_alone(tmp_path):
    first = sign_in_key(tmp_path, "", made=True)
    assert sign_in_key(tmp_path, "", made=True) == first
    assert len(first) == 64
    keys = data_keys(tmp_path, "", made=True)
    assert keys == data_keys(tmp_path, "", made=True)
    assert [len(key) for key in keys.values()] == [32]
    assert keys["k1"] != bytes.fromhex(first)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    for name in ("sign-in", "residents"):
        assert (tmp_path / "keys" / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("make", [sign_in_key, data_keys])
def test_a_city_in_production_makes_no_keys(make, tmp_path):
    with pytest.raises(BadSetting, match="is missing; a city in production must be given"):
        make(tmp_path, "", made=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", ["", "ab", WHOLE[:-1]])
def test_half_a_key_in_the_home_is_not_replaced_by_a_fresh_one(kept, tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "residents").write_text(kept, encoding="ascii")
    with pytest.raises(BadSetting, match="put back the file from the last backup"):
        data_keys(tmp_path, "", made=True)
    assert (tmp_path / "keys" / "residents").read_text(encoding="ascii") == kept


def test_several_keys_are_read_newest_first(tmp_path):
    keys = data_keys(tmp_path, f"k2:{'cd' * 32}, k1:{WHOLE}", made=False)
    assert list(keys) == ["k2", "k1"]
    assert keys["k1"] == bytes.fromhex(WHOLE)


@pytest.mark.parametrize(
    "given", [WHOLE, "k1:", "k1:xyz", f":{WHOLE}", f"k1:{WHOLE},", f"k1:{WHOLE}00", "k1:灯"]
)
def test_data_keys_that_cannot_be_meant_are_refused(given, tmp_path):
    with pytest.raises(BadSetting, match="HUIYIN_DATA_KEYS cannot be read; write name:64"):
        data_keys(tmp_path, given, made=True)


def test_a_short_sign_in_key_is_refused(tmp_path):
    with pytest.raises(BadSetting, match="at least 32 random characters"):
        sign_in_key(tmp_path, "x" * 31, made=False)
    assert sign_in_key(tmp_path, "x" * 32, made=False) == "x" * 32


def test_a_home_that_is_no_folder_is_refused_by_its_name(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(BadSetting, match=r"HUIYIN_HOME is .*Not a directory\); name a folder"):
        sign_in_key(tmp_path / "home", "", made=True)
