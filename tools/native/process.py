"""One program that runs while a block does."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from native.build import binary

__all__ = ["Running", "StartFailed", "answers", "running", "start"]

_PATIENCE = 120.0
_GRACE = 5.0
_LINES_SHOWN = 20
_LINE_LENGTH = 1000


class StartFailed(Exception):
    """A program ended, or did not become ready in time; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Running:
    """A program that was ready.

    Attributes:
        name: what its log file is called.
        url: where it was asked whether it is ready, without the path; empty if there is no way.
        log_path: what it printed.
        process: for signals; `stop()` is the ordinary way.
    """

    name: str
    url: str
    log_path: Path
    process: subprocess.Popen[bytes]

    def stop(self, grace: float = _GRACE) -> int:
        """Ask it to end, make it end after `grace` seconds; its exit status."""
        self.process.terminate()
        try:
            return self.process.wait(grace)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def log_tail(self, lines: int = _LINES_SHOWN) -> str:
        """The last lines of its log, long ones cut."""
        text = self.log_path.read_text(encoding="utf-8", errors="replace")
        return "\n".join(line[:_LINE_LENGTH] for line in text.splitlines()[-lines:])


@contextmanager
def running(
    program: str,
    arguments: Sequence[str | Path],
    ready_url: str,
    *,
    folder: Path,
    env: Mapping[str, str] | None = None,
    name: str | None = None,
    patience: float = _PATIENCE,
) -> Generator[Running]:
    """Run a program of `native.build.PROGRAMS` while the block does.

        config = localised_copy(Path("collector-config/gateway.yaml"), tmp_path / "gateway.yaml", places)
        with running("otelcol", [f"--config={config}"], "http://127.0.0.1:21313/", folder=tmp_path) as gateway: ...

    Args:
        ready_url: answers 200 when the program is ready.
        folder: where it runs, and where its log `<name>.log` is written.
        env: variables beside those of this process.
        name: tells two of a kind apart, e.g. `gateway-2`.
        patience: seconds until it must be ready.

    Raises:
        StartFailed: with the last lines of its log.
    """
    started = start(
        [binary(program), *arguments], ready_url, folder=folder, env=env, name=name or program, patience=patience
    )
    try:
        yield started
    finally:
        started.stop()


def start(
    command: Sequence[str | Path],
    ready_url: str | None,
    *,
    folder: Path,
    name: str,
    env: Mapping[str, str] | None = None,
    patience: float = _PATIENCE,
) -> Running:
    """Start any command, wait until it is ready if there is a way to ask; as `running`, and the caller stops it."""
    folder.mkdir(parents=True, exist_ok=True)
    log_path = folder / f"{name}.log"
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **(env or {})}, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    program = Running(name, "/".join((ready_url or "").split("/")[:3]), log_path, process)
    try:
        if ready_url:
            _await_ready(program, ready_url, patience)
    except BaseException:
        program.stop()
        raise
    return program


def answers(url: str) -> bool:
    """Whether `url` answers with a 2xx now."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _await_ready(program: Running, url: str, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not answers(url):
        if (status := program.process.poll()) is not None:
            raise StartFailed(f"{program.name} ended with status {status}:\n{program.log_tail()}")
        if time.monotonic() > deadline:
            raise StartFailed(f"{program.name} was not ready after {patience:.0f} s:\n{program.log_tail()}")
        time.sleep(0.05)
