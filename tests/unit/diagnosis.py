"""Running one check of the doctor, and picking from what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from spanwise.distro.checks.finding import Check, Finding, Level, Setup

__all__ = ["found_by", "levels", "the_one"]


def found_by(check: Check, environ: Mapping[str, str] | None = None, directory: Path | None = None) -> list[Finding]:
    """What a check finds in an environment and a working directory."""
    return list(check(Setup(environ or {}, directory or Path.cwd())))


def the_one(findings: list[Finding], level: Level) -> Finding:
    """The only finding of a level."""
    (finding,) = [finding for finding in findings if finding.level == level]
    return finding


def levels(findings: list[Finding]) -> set[Level]:
    """The levels that there are."""
    return {finding.level for finding in findings}
