"""The `huiyin` command: starts what the city needs, then runs one of its commands.

`import` is a word of the city that Python keeps for itself, so it is translated here.
"""

import os
import sys
from importlib.metadata import version

import django
from django.core.management import execute_from_command_line, get_commands, load_command_class
from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError

from huiyin.contents import city_commands, contents, unknown_command
from huiyin.office.database import embedded_is_used, home_folder
from huiyin.office.embedded import Embedded
from huiyin.office.environment import BadSetting
from huiyin.office.problems import Problem
from huiyin.office.schema import is_current, migrate_in_own_process
from huiyin.office.upkeep.unpacking import check_empty

OUR_NAMES = {"import": "import_history"}
# The owner makes the tables; everything else runs with the application's rights.
OWNERS_COMMANDS = {"migrate_city", "migrate"}
HELP = {"help", "--help", "-h"}
# It is typed within other commands, and to load all rooms takes most of a second.
WITHOUT_ROOMS = {"db"}
# The first says why a database does not start, the second fills an empty one.
START_THEMSELVES = {"doctor", "restore"}


def main(arguments: list[str] | None = None) -> None:
    """Run one command; exit 0 done, 1 found wrong, 2 wrong use."""
    given = list(sys.argv[1:] if arguments is None else arguments) or ["help"]
    name = OUR_NAMES.get(given[0], given[0])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    os.environ["HUIYIN_DATABASE_ROLE"] = "owner" if name in OWNERS_COMMANDS else "app"
    try:
        if given[0] == "version" or "--version" in given:
            sys.stdout.write(f"huiyin {version('huiyin')}\n")
            return
        if given[0] in HELP and len(given) == 1:
            sys.stdout.write(f"{contents()}\n")
            return
        _prepare(name, given)
        _run(name, given)
    except CommandError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(problem.returncode)
    except (BadSetting, Problem) as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2 if isinstance(problem, BadSetting) else 1)
    except (OperationalError, InterfaceError) as problem:
        sys.stderr.write(f"The database does not answer: {' '.join(str(problem).split())}.\n")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of a pipe went away, as in `huiyin … | head`; that is no fault of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run(name: str, given: list[str]) -> None:
    """Run a command; what it refuses is raised, as Django would print the name of the error."""
    if given[0] not in city_commands():
        execute_from_command_line(["huiyin", name, *given[1:]])
        return
    if name not in WITHOUT_ROOMS:
        django.setup()
    command = load_command_class("huiyin", name)
    # Under the name that was typed, so that a usage line says it too.
    command.run_from_argv(["huiyin", given[0], "--traceback", *given[1:]])


def _prepare(name: str, given: list[str]) -> None:
    """See that the command exists and finds the database that it needs."""
    if given[0] not in {*city_commands(), *HELP} and name not in get_commands():
        sys.stderr.write(f"{unknown_command(given[0])}\n")
        sys.exit(2)
    if HELP & {*given}:
        return
    if name == "restore":
        # Before the settings are read, which lay fresh keys into an empty home.
        check_empty(home_folder())
    elif name not in START_THEMSELVES and embedded_is_used():
        Embedded(home_folder()).join()
        if name not in OWNERS_COMMANDS and not is_current(home_folder()):
            migrate_in_own_process()


if __name__ == "__main__":
    main()
