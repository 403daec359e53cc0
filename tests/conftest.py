"""What all tests share: floating point accidents raise, and in CI a skipped test is a failure."""

import os
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

NO_SKIP = os.environ.get("MESOPLAN_NO_SKIP") == "1"


@pytest.fixture(autouse=True)
def _floating_point_errors_raise() -> Generator[None]:
    # Underflow to zero is what the far tail of a Gaussian should do; the others are accidents.
    with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
        yield


def _as_failure(report: Any) -> None:
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"MESOPLAN_NO_SKIP=1, and this was skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    _as_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    _as_failure(report)
    return report
