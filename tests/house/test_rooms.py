"""The house keeps its rooms small. To raise a number here, write a decision first."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.rooms import FUNCTION, ROOT, files, functions_in, lines_of, modules

ROOMS, TESTS = modules("huiyin"), modules("tests")
EMPTY_NAMES = {"utils", "helpers", "common", "misc", "base", "core", "manager", "services"}
EMPTY_VERBS = ("get_", "handle_", "process_", "do_", "manage_")
# Names that Django calls; we cannot choose them.
DJANGO_CALLS = {
    "get_absolute_url",
    "get_by_natural_key",
    "get_error_message",
    "get_help_text",
    "get_new_connection",
    "get_user",
    "process_exception",
}
# Django looks for a kind of database in a module of this name.
DJANGO_LOOKS_FOR = {"huiyin/office/postgresql/base.py"}
# What stands above a ceiling, with its size today. The list may only shrink: an entry that
# is no longer needed, or a size that fell, fails until it is written down here.
EXCEPTIONS: dict[str, int] = {}


def above(ceiling: int, sizes: dict[str, int]) -> dict[str, int]:
    """The sizes above a ceiling that no exception allows."""
    return {
        name: size
        for name, size in sizes.items()
        if size > max(ceiling, EXCEPTIONS.get(name, ceiling))
    }


def function_sizes(trees: dict[str, ast.Module]) -> dict[str, int]:
    """The lines of each function, by module and name."""
    return {
        f"{path}:{function.name}": function.end_lineno - function.lineno + 1
        for path, tree in trees.items()
        for function in functions_in(tree)
    }


def class_sizes() -> dict[str, int]:
    """The lines of each class, by module and name."""
    return {
        f"{path}:{node.name}": node.end_lineno - node.lineno + 1
        for path, tree in ROOMS.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }


def test_no_module_is_longer_than_400_lines():
    assert above(400, {path: lines_of(path) for path in [*ROOMS, *TESTS]}) == {}


def test_no_function_is_longer_than_60_lines():
    assert above(59, function_sizes(ROOMS)) == {}


def test_no_test_is_longer_than_80_lines():
    assert above(80, function_sizes(TESTS)) == {}


def test_no_class_is_longer_than_200_lines():
    assert above(200, class_sizes()) == {}


def test_settings_fit_on_300_lines():
    assert above(300, {"huiyin/settings.py": lines_of("huiyin/settings.py")}) == {}


@pytest.mark.parametrize(
    ("folder", "ending", "ceiling"),
    [
        ("huiyin/templates", ".html", 150),
        ("huiyin/templates", ".txt", 150),
        ("huiyin/static", ".js", 120),
        ("huiyin/static", ".css", 300),
    ],
)
def test_pages_scripts_and_stylesheets_stay_short(folder, ending, ceiling):
    assert above(ceiling, {str(path): lines_of(path) for path in files(folder, ending)}) == {}


def test_all_our_scripts_together_stay_below_4000_lines():
    assert sum(lines_of(path) for path in files("huiyin/static", ".js")) <= 4000


def test_no_folder_holds_more_than_20_files_or_lies_deeper_than_three():
    folders = {str(path.parent) for path in files("huiyin", ".py", ".html", ".css", ".js")}
    sizes = {
        folder: len([f for f in (ROOT / folder).iterdir() if f.is_file() and f.suffix != ".pyc"])
        for folder in folders
    }
    assert above(20, sizes) == {}
    assert [folder for folder in folders if len(Path(folder).parts) > 3] == []


def test_an_exception_that_is_no_longer_needed_is_struck_off():
    sizes = {path: lines_of(path) for path in [*ROOMS, *TESTS]} | class_sizes()
    sizes |= function_sizes(ROOMS) | function_sizes(TESTS)
    sizes |= {str(path): lines_of(path) for path in files("huiyin", ".html", ".js", ".css")}
    assert {name: sizes.get(name) for name in EXCEPTIONS} == EXCEPTIONS


@pytest.mark.parametrize("path", [*ROOMS, *TESTS])
def test_a_module_says_what_it_is_for_in_one_to_five_lines(path):
    said = ast.get_docstring({**ROOMS, **TESTS}[path]) or ""
    # A drawing, such as the tree of problems, is not counted.
    plain = [line for line in said.splitlines() if line.strip() and not line.startswith(" ")]
    assert said, "say what this module is for"
    assert len(plain) <= 7


@pytest.mark.parametrize("path", [*ROOMS, *TESTS])
def test_an_import_inside_a_function_hides_a_cycle(path):
    late = [
        f"{path}:{node.lineno}"
        for function in functions_in({**ROOMS, **TESTS}[path])
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert late == []


def test_rooms_and_functions_have_names_a_clerk_would_use():
    odd = [path for path in ROOMS if EMPTY_NAMES & {*Path(path).with_suffix("").parts}]
    assert set(odd) == DJANGO_LOOKS_FOR
    empty = [
        f"{path}:{function.name}"
        for path, tree in ROOMS.items()
        for function in functions_in(tree)
        if function.name.startswith(EMPTY_VERBS) and function.name not in DJANGO_CALLS
    ]
    assert empty == []


def test_what_a_function_is_given_beyond_four_things_is_named_where_it_is_called():
    crowded = [
        f"{path}:{function.name}"
        for path, tree in ROOMS.items()
        for function in public_functions(tree)
        if len(places_of(function)) > 4 or len([*places_of(function), *names_of(function)]) > 7
    ]
    assert crowded == []


def public_functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module that other modules may call; methods are left out."""
    return [node for node in tree.body if isinstance(node, FUNCTION) and node.name[0] != "_"]


def places_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    """The arguments that can be given by their place."""
    return [*function.args.posonlyargs, *function.args.args]


def names_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    """The arguments that can only be given by name."""
    return function.args.kwonlyargs


def test_a_migration_is_named_after_what_it_does():
    names = [path.name for path in (ROOT / "huiyin").glob("*/migrations/0*.py")]
    assert [name for name in names if "auto" in name] == []


def test_nothing_is_left_for_later_without_an_issue_number():
    marks = [f"{word}:" for word in ("TODO", "FIXME", "XXX")]
    found = [
        path
        for path in [*ROOMS, *TESTS]
        for line in (ROOT / path).read_text(encoding="utf-8").splitlines()
        if any(f"# {mark}" in line for mark in marks)
    ]
    assert found == []


def test_one_pen_writes_the_status_of_a_case():
    assert {path for path, tree in ROOMS.items() if writes_a_status(tree)} == {
        "huiyin/cases/effects.py"
    }


def test_a_case_is_born_only_where_it_is_opened_or_its_history_replayed():
    born = {path for path, tree in ROOMS.items() if makes_a_case(tree)}
    assert born <= {"huiyin/cases/opening.py", "huiyin/cases/past/history.py"}
    assert born


def test_no_statement_in_sql_goes_round_the_pen():
    texts = {
        path: [
            " ".join(node.value.split()).lower()
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        for path, tree in ROOMS.items()
    }
    round_about = {
        path
        for path, said in texts.items()
        if any("update cases_case" in text or "insert into cases_case" in text for text in said)
    }
    assert round_about == set()


def writes_a_status(tree: ast.Module) -> bool:
    """Whether a module sets an attribute `status`, or updates a column of that name."""
    return any(
        _sets_attribute(node) or _updates(node) or _sets_by_name(node) for node in ast.walk(tree)
    )


def _sets_attribute(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "status"
        and isinstance(node.ctx, ast.Store)
    )


def _updates(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in {"update", "bulk_update", "update_or_create"}
        and "status" in {word.arg for word in node.keywords}
    )


def _sets_by_name(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "setattr"
        and any(isinstance(arg, ast.Constant) and arg.value == "status" for arg in node.args)
    )


def makes_a_case(tree: ast.Module) -> bool:
    """Whether a module calls `Case(…)`, `bare(Case, …)`, or `Case.objects.create` and its kin."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    born = {"Case.objects.create", "Case.objects.bulk_create", "Case.objects.get_or_create", "Case"}
    return any(
        ast.unparse(call.func) in born
        or (ast.unparse(call.func) == "bare" and call.args and ast.unparse(call.args[0]) == "Case")
        for call in calls
    )


def test_work_flows_down_the_building_never_up():
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
