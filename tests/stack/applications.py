"""Application files, run as users run them: a process of their own, with or without `opentelemetry-instrument`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PROGRAMS", "Result", "bare", "command", "ended", "instrumented", "run", "started"]

PROGRAMS = Path(__file__).parent / "programs"
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True)
class Result:
    """How a program ended."""

    status: int
    out: str
    err: str

    @property
    def ours(self) -> list[str]:
        """What Spanwise said on stderr."""
        return [line for line in self.err.splitlines() if "spanwise: " in line]


def command(program: str, *arguments: str) -> list[str]:
    """The command line that runs a file of `PROGRAMS` alone."""
    return [sys.executable, str(PROGRAMS / program), *arguments]


def instrumented(program: str, *arguments: str) -> list[str]:
    """The same under `opentelemetry-instrument`."""
    return [str(Path(sys.executable).with_name("opentelemetry-instrument")), *command(program, *arguments)]


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What the program finds: what every process needs, and what is given."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**inherited, "PYTHONPATH": str(PROGRAMS.parents[1]), **given}


def run(arguments: list[str], given: Mapping[str, str], folder: Path, timeout: float = 30) -> Result:
    """Run a command in `folder` to its end."""
    done = subprocess.run(
        arguments, env=environment(given), cwd=folder, capture_output=True, text=True, timeout=timeout, check=False
    )
    return Result(done.returncode, done.stdout, done.stderr)


def bare(given: Mapping[str, str]) -> dict[str, str]:
    """An environment for the program alone, with nothing that has to do with telemetry."""
    return {name: value for name, value in given.items() if not name.startswith(("OTEL_", "SPANWISE_"))}


@contextmanager
def started(arguments: list[str], given: Mapping[str, str], folder: Path) -> Generator[subprocess.Popen[str]]:
    """A command that runs in `folder` while the block does; killed after it where it still runs."""
    with subprocess.Popen(
        arguments, env=environment(given), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def ended(process: subprocess.Popen[str], timeout: float = 15) -> Result:
    """Wait for the end of a started process."""
    out, err = process.communicate(timeout=timeout)
    return Result(process.returncode, out, err)
