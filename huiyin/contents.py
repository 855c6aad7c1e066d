"""What `huiyin` alone says: the commands of the city, by what one wants to do.

Reads the catalogue itself, as Django would first have to load every room.
"""

from difflib import get_close_matches
from gettext import translation
from pathlib import Path

from huiyin.office.environment import env_choice

PACKAGE = Path(__file__).resolve().parent
CATALOGUES = {"zh-hans": "zh_Hans", "en": "en"}
TYPED = {"import_history": "import"}


def contents() -> str:
    """The table of contents, in the language of the city."""
    lines = ["huiyin 回音"]
    for heading, commands in _groups():
        lines += ["", heading]
        lines += [f"  huiyin {name:<13} {words}" for name, words in commands]
    return "\n".join([*lines, "", _("huiyin NAME --help tells more.")])


def city_commands() -> list[str]:
    """The city's own commands, as a person types them."""
    stems = [file.stem for file in (PACKAGE / "management" / "commands").glob("[a-z]*.py")]
    return sorted(TYPED.get(stem, stem) for stem in stems)


def unknown_command(name: str) -> str:
    """What to say about a command that does not exist."""
    near = get_close_matches(name, city_commands(), n=1)
    if near:
        return _("There is no command “%(name)s”; did you mean huiyin %(near)s?") % {
            "name": name,
            "near": near[0],
        }
    return _("There is no command “%(name)s”; huiyin alone lists all.") % {"name": name}


def _(english: str) -> str:
    language = CATALOGUES[env_choice("HUIYIN_LANGUAGE", "zh-hans", ("zh-hans", "en"))]
    return translation("django", PACKAGE / "locale", [language], fallback=True).gettext(english)


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            _("Run the city"),
            [
                ("serve", _("start it: pages, worker, and the database if none is named")),
                ("demo", _("build the demo city 和安市")),
                ("found", _("found a city of your own, with its first administrator")),
                ("doctor", _("say whether it is well, and what to do where it is not")),
            ],
        ),
        (
            _("Bring in and read out"),
            [
                ("places", _("import, check and look up places")),
                ("calendar", _("load holidays, adopt time limits")),
                ("categories", _("load the categories of requests from a table")),
                ("import", _("import past cases by a mapping")),
                ("report", _("figures, rates, issued reports, the page of a unit")),
                ("caliber", _("how the city counts: check, compare and adopt")),
            ],
        ),
        (
            _("Keep it safe"),
            [
                ("backup", _("write the whole city into one file")),
                ("restore", _("bring a city back from that file")),
                ("logbook", _("verify, seal and publish the logbook")),
                ("db", _("print the address of the database for psql and pg_dump")),
                ("migrate_city", _("make or update the tables on a server of your own")),
            ],
        ),
        (
            _("The parts of huiyin serve, each alone"),
            [("web", _("answer the pages")), ("work", _("seal hourly and run what waits"))],
        ),
    ]
