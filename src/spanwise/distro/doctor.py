"""`spanwise doctor`: what is installed and captured, where telemetry goes, what is wrong, and how to mend it.

The network is touched for the configured endpoints alone; nothing is changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from spanwise.core.guard import guarded
from spanwise.distro.checks.capture import check_clients, check_formats
from spanwise.distro.checks.configuration import check_settings, check_variables, logged
from spanwise.distro.checks.endpoints import check_endpoints
from spanwise.distro.checks.exporters import check_exporters
from spanwise.distro.checks.finding import Check, Finding, Setup
from spanwise.distro.checks.judging import check_judge
from spanwise.distro.checks.rehearsal import check_pipeline
from spanwise.distro.checks.sdk import (
    check_configuration_file,
    check_content_mode,
    check_distributions,
    check_limits,
    check_switches,
)
from spanwise.distro.checks.sources import check_instrumentors, check_native_tracing, check_suites
from spanwise.distro.checks.store import check_store
from spanwise.distro.checks.versions import check_entry_points, check_local_folders, check_versions

__all__ = ["Finding", "diagnose", "exit_code", "render"]

_CHECKS: tuple[Check, ...] = (
    check_versions,
    check_entry_points,
    check_local_folders,
    check_clients,
    check_formats,
    check_native_tracing,
    check_instrumentors,
    check_suites,
    check_distributions,
    check_switches,
    check_configuration_file,
    check_content_mode,
    check_limits,
    check_exporters,
    check_endpoints,
    check_store,
    check_variables,
    check_settings,
    check_judge,
    check_pipeline,
)
_SIGNS = {"ok": "✓", "note": "·", "warning": "!", "failure": "✗"}
_COLOURS = {"ok": "32", "note": "36", "warning": "33", "failure": "31"}


def diagnose(environ: Mapping[str, str] = os.environ, directory: Path | None = None) -> list[Finding]:
    """Run every check.

    Args:
        environ: the variables that the application would be started with.
        directory: the working directory that it would be started in; the current one by default.
    """
    setup = Setup(environ, directory or Path.cwd())
    with logged():  # the findings say it all
        return [finding for check in _CHECKS for finding in _checked(check, setup)]


def _checked(check: Check, setup: Setup) -> Sequence[Finding]:
    @guarded(f"doctor.{check.__name__}", None)
    def run() -> list[Finding]:
        return list(check(setup))

    findings = run()
    if findings is None:
        text = f"{check.__name__} itself failed, and says nothing"
        return [Finding("doctor", "warning", text, "open an issue with the output of `spanwise doctor`")]
    return findings


def exit_code(findings: Iterable[Finding]) -> int:
    """1 where anything is broken, else 0."""
    return int(any(finding.level == "failure" for finding in findings))


def render(findings: Sequence[Finding], colour: bool = False) -> str:
    """The findings as text for a terminal, by topic, each problem with its fix, and a summary at the end."""
    lines: list[str] = []
    for topic, group in groupby(findings, key=lambda finding: finding.topic):
        lines.append(_painted(topic, "1", colour))
        for finding in group:
            lines += _lines(finding, colour)
        lines.append("")
    return "\n".join([*lines, _summary(findings)])


def _lines(finding: Finding, colour: bool) -> list[str]:
    first = f"  {_painted(_SIGNS[finding.level], _COLOURS[finding.level], colour)} {finding.text}"
    return [first, f"    → {finding.fix}"] if finding.fix else [first]


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\033[{code}m{text}\033[0m" if colour else text


def _summary(findings: Sequence[Finding]) -> str:
    failures = sum(finding.level == "failure" for finding in findings)
    warnings = sum(finding.level == "warning" for finding in findings)
    if not failures and not warnings:
        return "Nothing is wrong."
    return f"{failures} broken, {warnings} doubtful."
