"""The key by which names sort: pinyin in plain ASCII, the same on every server.

A database sorts Chinese by whatever locale it was made with. This key does not depend on it.
"""

import re
import unicodedata

from pypinyin import lazy_pinyin

# Characters with two readings, as they are spoken in names of places. pypinyin knows words of
# the language and the best-known places; these it reads otherwise.
PLACE_READINGS = {
    "大栅栏": "da shi lan",
    "单县": "shan xian",
    "朝阳": "chao yang",
    "长兴": "chang xing",
    "长宁": "chang ning",
    "长沟": "chang gou",
    "长治": "chang zhi",
    "长葛": "chang ge",
    "长辛店": "chang xin dian",
    "长阳": "chang yang",
}
DIGITS = re.compile(r"\d+")
WORDS = re.compile(r"[a-z0-9]+")


def sort_key(name: str) -> str:
    """Spell a name in lower-case pinyin, syllables apart, numbers padded so that 2 precedes 10."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    for written, spoken in PLACE_READINGS.items():
        plain = plain.replace(written, f" {spoken} ")
    spelled = " ".join(lazy_pinyin(plain, errors=_letters))
    spelled = unicodedata.normalize("NFKD", spelled)
    numbered = DIGITS.sub(lambda digits: f" {digits.group().zfill(6)} ", spelled)
    return " ".join(WORDS.findall("".join(c for c in numbered if not unicodedata.combining(c))))


def _letters(characters: str) -> str:
    return characters
