"""Says in one line what a run left out and why; with --require-browser that is a failure.

Loaded for every run by `addopts` in pyproject.toml.
"""

from collections import Counter

import pytest

NO_BROWSER = "No browser test passed, and this run requires them."


def pytest_addoption(parser):
    parser.addoption(
        "--require-browser",
        action="store_true",
        help="fail where a browser test would be left out",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    required = item.config.getoption("--require-browser")
    if report.skipped and required and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"A browser is required here: {reason_of(report)}"
    return report


def pytest_terminal_summary(terminalreporter):
    reasons = Counter(reason_of(report) for report in terminalreporter.stats.get("skipped", []))
    if reasons:
        parts = [f"{count} × {reason}" for reason, count in sorted(reasons.items())]
        terminalreporter.write_line(f"Not run: {'; '.join(parts)}.")
    if terminalreporter.config.getoption("--require-browser") and not _browsed(terminalreporter):
        terminalreporter.write_line(NO_BROWSER)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    controls = terminal is not None and not hasattr(session.config, "workerinput")
    if controls and session.config.getoption("--require-browser") and not _browsed(terminal):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _browsed(terminal):
    return any("browser" in report.keywords for report in terminal.stats.get("passed", []))


def reason_of(report):
    """Why a test was left out, without its place in the code."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ").strip().rstrip(".")
