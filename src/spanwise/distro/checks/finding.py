"""What a check has found, and what a check may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from typing import Literal

from spanwise.core.settings import SettingsFile, read_file

__all__ = ["Check", "Finding", "Level", "Setup"]

Level = Literal["ok", "note", "warning", "failure"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is right, worth knowing, doubtful, or broken.

    Attributes:
        topic: the heading that it stands under.
        level: a `failure` means that telemetry is lost or wrong.
        text: one sentence; never holds a secret.
        fix: the exact command or variable that mends it; empty where nothing is to be done.
    """

    topic: str
    level: Level
    text: str
    fix: str = ""


@dataclass(frozen=True)
class Setup:
    """The environment, the working directory and the installed distributions, read once per diagnosis."""

    environ: Mapping[str, str]
    directory: Path = field(default_factory=Path.cwd)

    def variable(self, *names: str) -> str:
        """The first of these variables that is set and not empty, as OpenTelemetry reads them; else ``""``."""
        return next((value for name in names if (value := self.environ.get(name, "").strip())), "")

    @cached_property
    def settings_file(self) -> SettingsFile:
        """What the settings file says; the first look at it logs what is wrong with it."""
        return read_file(self.environ, self.directory)

    @cached_property
    def distributions(self) -> dict[str, Distribution]:
        """By normalised name; of two copies the one that is imported."""
        found: dict[str, Distribution] = {}
        for distribution in distributions():
            if "Name" in distribution.metadata:  # a broken installation has none
                name = distribution.metadata["Name"]
                found.setdefault(name.lower().replace("_", "-").replace(".", "-"), distribution)
        return found

    def version(self, name: str) -> str | None:
        """The installed version; `None` where it is not installed."""
        distribution = self.distributions.get(name)
        return distribution.version if distribution else None

    def major(self, name: str) -> int:
        """The first number of the installed version; 0 where it is not installed or not a number."""
        first = (self.version(name) or "").partition(".")[0]
        return int(first) if first.isdecimal() else 0

    def entry_points(self, group: str) -> list[EntryPoint]:
        """In the order in which they are found, which decides where the first one wins."""
        return [
            entry
            for distribution in self.distributions.values()
            for entry in distribution.entry_points
            if entry.group == group
        ]


Check = Callable[[Setup], Iterable[Finding]]
