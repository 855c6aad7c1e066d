"""The supervision ladder and the reminders as tables, made from the presets that are shipped."""

from collections.abc import Callable

from huiyin.inspection.models import Rung, Trigger
from huiyin.inspection.preset_files import shipped_clocks, shipped_ladder
from tools.messages import CHINESE, read


def _chinese() -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in read(CHINESE, "zh_Hans") if entry.id}


def _rungs(_about: str) -> str:
    said = _chinese()
    rows = [
        "| rung | 中文 | working days to answer | more, until the next rung |",
        "|---|---|---|---|",
    ]
    for code, times in shipped_ladder().rungs.items():
        label = str(Rung(code).label)
        name = said.get(label, label)
        rows.append(f"| {label} `{code}` | {name} | {times.answer_days} | {times.climb_days} |")
    return "\n".join(rows)


def _triggers(_about: str) -> str:
    said = _chinese()
    rows = ["| trigger | 中文 | opens | after so many times | source |", "|---|---|---|---|---|"]
    for code, line in shipped_ladder().triggers.items():
        label, opens = str(Trigger(code).label), str(Rung(line.opens).label)
        name = said.get(label, label)
        rows.append(f"| {label} `{code}` | {name} | {opens} | {line.times} | {line.source_en} |")
    return "\n".join(rows)


def _reminders(_about: str) -> str:
    rows = [
        "| what is due | hours before | at the moment | each working day after |",
        "|---|---|---|---|",
    ]
    for name, clock in shipped_clocks().items():
        hours = ", ".join(str(hours) for hours in clock.hours_before) or "none"
        at, mornings = ("yes" if is_so else "no" for is_so in (clock.at, clock.each_morning))
        rows.append(f"| `{name}` | {hours} | {at} | {mornings} |")
    return "\n".join(rows)


PARTS: dict[str, Callable[[str], str]] = {
    "rungs": _rungs,
    "triggers": _triggers,
    "reminders": _reminders,
}
