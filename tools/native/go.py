"""The go command, in one of the modules; says in one line why it failed."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

__all__ = ["BuildFailed", "GoModule"]

_ENVIRONMENT = {"GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off", "GOTOOLCHAIN": "local"}
_REFUSAL = re.compile(r"(\S+@v[^\s:]+): .*?(\d{3} [A-Z][\w ]+$|\w+ lookup disabled.*|dial tcp.*)", re.MULTILINE)
_ERROR = re.compile(
    r"^(\S+\.go:\d+.*|go: (?!downloading|finding).+(?:(?<=:)\n.*)?|.*(?:error|fatal|cannot|panic).*)$", re.MULTILINE
)


class BuildFailed(Exception):
    """A program cannot be built; the message is one line that names the program, its module and the cause."""


@dataclass(frozen=True)
class GoModule:
    """The module that a program is built from.

    Attributes:
        program: what is built. folder: where go.mod is.
        cgo: a C compiler is needed.
    """

    program: str
    folder: Path
    cgo: bool = False

    def go(self, *arguments: str) -> str:
        """Run the go command here; what it prints.

        Raises:
            BuildFailed: it is missing, or it fails.
        """
        environment = {**os.environ, **_ENVIRONMENT, "CGO_ENABLED": str(int(self.cgo))}
        try:
            done = subprocess.run(
                ["go", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            raise self._failed("Go is not installed, see https://go.dev/doc/install") from None
        if done.returncode:
            raise self._failed(_cause(done.stderr))
        return done.stdout

    def _failed(self, cause: str) -> BuildFailed:
        return BuildFailed(f"cannot build {self.program} (module {self.folder.name}): {cause}")


def _cause(output: str) -> str:
    """The one line of the go command's output that says why."""
    if refused := _REFUSAL.search(output):
        return f"download of {refused[1]} refused: {refused[2]}"
    if error := _ERROR.search(output):
        return " ".join(error[1].split())
    return (output.strip().splitlines() or ["the go command failed without a word"])[-1]
