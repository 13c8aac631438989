"""Compiles the programs of `modules/`, once for each state of their files, into a cache outside the checkout."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PROGRAMS", "BuildFailed", "Program", "binary", "cache", "go"]

MODULES = Path(__file__).resolve().parent / "modules"
_ENVIRONMENT = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-mod=readonly -buildvcs=false",
    "GOWORK": "off",
    "GOTOOLCHAIN": "local",
}


class BuildFailed(Exception):
    """A program cannot be built; the message is one line that names the program, its module and the cause."""


@dataclass(frozen=True)
class Program:
    """How one program is made.

    Attributes:
        module: folder below `modules/`.
        package: its import path, or `.` where the module has its own `main.go`.
        stamp: variable=version, set by the linker; what the program says of itself.
        tags: build tags.
        cgo: a C compiler is needed.
    """

    module: str
    package: str
    stamp: str = ""
    tags: str = ""
    cgo: bool = False

    def flags(self) -> list[str]:
        """The arguments of `go build`, without the output and the package."""
        link = f"-s -w -X {self.stamp}" if self.stamp else "-s -w"
        return ["-trimpath", "-tags", self.tags, "-ldflags", link]


_PROMETHEUS_VERSION = "github.com/prometheus/common/version.Version"
PROGRAMS = {
    "prometheus": Program(
        "prometheus",
        "github.com/prometheus/prometheus/cmd/prometheus",
        f"{_PROMETHEUS_VERSION}=3.15.0",
        # the cloud vendors' service discovery is most of the program
        tags="remove_all_sd",
    ),
    "promtool": Program(
        "prometheus",
        "github.com/prometheus/prometheus/cmd/promtool",
        f"{_PROMETHEUS_VERSION}=3.15.0",
        tags="remove_all_sd",
    ),
    "alertmanager": Program(
        "alertmanager", "github.com/prometheus/alertmanager/cmd/alertmanager", f"{_PROMETHEUS_VERSION}=0.31.1"
    ),
    "amtool": Program("alertmanager", "github.com/prometheus/alertmanager/cmd/amtool", f"{_PROMETHEUS_VERSION}=0.31.1"),
    "tempo": Program("tempo", "github.com/grafana/tempo/cmd/tempo", "main.Version=2.8.0-rc.0+87c2dc380cec"),
    "otelcol": Program("collector", ".", "main.version=0.158.0", tags="grpcnotrace"),
    "kfake": Program("kfake", "."),
    "grafana": Program(
        "grafana", "github.com/grafana/grafana/pkg/cmd/grafana", "main.version=10.1.0", tags="oss", cgo=True
    ),
}


def binary(name: str, modules: Path = MODULES) -> Path:
    """The program `name` of `PROGRAMS`, built if this state of its module has not been built yet.

    It stands alone in its folder; Grafana's `home` stands beside it. Safe for several processes at once.

    Raises:
        BuildFailed: Go is missing, a download is refused, or it does not compile.
    """
    program = PROGRAMS[name]
    place = cache() / f"{name}-{_fingerprint(program, modules / program.module)}"
    if not place.is_dir():
        with _locked(place.with_suffix(".lock")):
            if not place.is_dir():
                _build(name, modules / program.module, place)
    return place / name


def cache() -> Path:
    """Where programs are kept: SPANWISE_NATIVE_CACHE, or the user's cache folder."""
    if given := os.environ.get("SPANWISE_NATIVE_CACHE"):
        return Path(given).resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "spanwise" / "native"


def _fingerprint(program: Program, module: Path) -> str:
    """Changes with every file of the module and with every flag."""
    digest = hashlib.sha256(repr(program).encode())
    for path in sorted(module.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _locked(path: Path) -> Generator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(name: str, module: Path, place: Path) -> None:
    """Build into a folder beside `place`, which becomes `place` when it is whole."""
    print(f"building {name} (minutes the first time, seconds after that)", file=sys.stderr, flush=True)
    partial = place.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    _builder(name)(name, module, partial)
    partial.rename(place)


def _builder(name: str) -> Callable[[str, Path, Path], None]:
    if name == "grafana":
        from native.grafana import build_grafana

        return build_grafana
    return _build_plainly


def _build_plainly(name: str, module: Path, folder: Path) -> None:
    program = PROGRAMS[name]
    go(name, module, "build", *program.flags(), "-o", str(folder / name), program.package)


def go(name: str, module: Path, *arguments: str) -> str:
    """Run the go command in `module`; what it prints.

    Raises:
        BuildFailed: it is missing, or fails.
    """
    environment = {**os.environ, **_ENVIRONMENT, "CGO_ENABLED": str(int(PROGRAMS[name].cgo))}
    try:
        done = subprocess.run(
            ["go", *arguments], cwd=module, env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise BuildFailed(_sentence(name, "Go is not installed: https://go.dev/doc/install")) from None
    if done.returncode:
        raise BuildFailed(_sentence(name, _cause(done.stderr)))
    return done.stdout


def _sentence(name: str, cause: str) -> str:
    return f"cannot build {name} (tools/native/modules/{PROGRAMS[name].module}): {cause}"


_REFUSAL = re.compile(
    r"(\S+@v[^\s:]+): .*?(\d{3} [A-Z][\w ]+$|lookup disabled.*|no such host.*|dial tcp.*)", re.MULTILINE
)
_ERROR = re.compile(r"^(\S+\.go:\d+.*|go: (?!downloading|finding).+|.*(?:error|fatal|cannot|panic).*)$", re.MULTILINE)


def _cause(output: str) -> str:
    """The one line of the go command's output that says why."""
    if refused := _REFUSAL.search(output):
        return f"download of {refused[1]} refused: {refused[2]}"
    if error := _ERROR.search(output):
        return error[1]
    return (output.strip().splitlines() or ["the go command failed without a word"])[-1]
