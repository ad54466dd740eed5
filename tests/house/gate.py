"""A pytest plugin: a run in which anything was skipped, or nothing passed, has failed.

A skipped test looks like a passed one from afar; here it costs the build.
"""

import pytest


class Gate:
    """Counts what passed and remembers what was left out and why."""

    def __init__(self) -> None:
        self.passed = 0
        self.left_out: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A skip, an expected failure and its opposite all count as left out."""
        if report.skipped or hasattr(report, "wasxfail"):
            self.left_out.append(f"{report.nodeid}: {report.longrepr or 'expected to fail'}")
        elif report.when == "call" and report.passed:
            self.passed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A whole file can be skipped while it is read."""
        if report.skipped:
            self.left_out.append(f"{report.nodeid}: {report.longrepr}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Turns a green run red where a test was left out or none ran."""
        if exitstatus == pytest.ExitCode.OK and self.verdict():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says what was left out."""
        if self.verdict():
            terminalreporter.section("the gate is closed", red=True)
            terminalreporter.write_line(self.verdict())

    def verdict(self) -> str:
        """Why the run does not count, or nothing."""
        if self.left_out:
            return "left out, which is not allowed here:\n  " + "\n  ".join(self.left_out)
        return "" if self.passed else "no test passed, so nothing was shown"


def pytest_configure(config: pytest.Config) -> None:
    """Stands at the gate once: in the process that reports, not in its workers."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.pluginmanager.register(Gate(), "fifteen-gate")
