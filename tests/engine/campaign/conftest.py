from __future__ import annotations

import pytest

from tests.engine.campaign import trial


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if trial.injected:
        terminalreporter.write_line(f"{trial.injected} plans were interrupted or broken on purpose")
