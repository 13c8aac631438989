"""Compiles the programs of `modules/`, once for each state of their files, into a cache outside the checkout."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from native.go import BuildFailed, GoModule
from native.grafana import build_grafana

__all__ = ["PROGRAMS", "BuildFailed", "Program", "binary", "cache"]

_MODULES = Path(__file__).resolve().parent / "modules"


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
# the cloud vendors' service discovery is most of the program
_PROMETHEUS_TAGS = "remove_all_sd"
PROGRAMS = {
    "prometheus": Program(
        "prometheus",
        "github.com/prometheus/prometheus/cmd/prometheus",
        f"{_PROMETHEUS_VERSION}=3.15.0",
        _PROMETHEUS_TAGS,
    ),
    "promtool": Program(
        "prometheus", "github.com/prometheus/prometheus/cmd/promtool", f"{_PROMETHEUS_VERSION}=3.15.0", _PROMETHEUS_TAGS
    ),
    "alertmanager": Program(
        "alertmanager", "github.com/prometheus/alertmanager/cmd/alertmanager", f"{_PROMETHEUS_VERSION}=0.31.1"
    ),
    "amtool": Program("alertmanager", "github.com/prometheus/alertmanager/cmd/amtool", f"{_PROMETHEUS_VERSION}=0.31.1"),
    "tempo": Program("tempo", "github.com/grafana/tempo/cmd/tempo", "main.Version=2.8.0-rc.0+87c2dc380cec"),
    "otelcol": Program("collector", ".", "main.version=0.158.0", "grpcnotrace"),
    "kfake": Program("kfake", "."),
    "composecheck": Program("compose", "."),
    "grafana": Program("grafana", "github.com/grafana/grafana/pkg/cmd/grafana", "main.version=10.1.0", "oss", cgo=True),
}


def binary(name: str, modules: Path = _MODULES) -> Path:
    """The program `name` of `PROGRAMS`, built if this state of its module has not been built yet.

    It stands alone in its folder; Grafana's `home` stands beside it. Safe for several processes at once.

    Raises:
        BuildFailed: Go is missing, a download is refused, or it does not compile.
    """
    program = PROGRAMS[name]
    module = GoModule(name, modules / program.module, program.cgo)
    place = cache() / f"{name}-{_fingerprint(program, module.folder)}"
    if not place.is_dir():
        with _locked(place.with_suffix(".lock")):
            if not place.is_dir():
                _build(program, module, place)
    return place / name


def cache() -> Path:
    """Where programs are kept: NATIVE_CACHE, or the user's cache folder."""
    if given := os.environ.get("NATIVE_CACHE"):
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


def _build(program: Program, module: GoModule, place: Path) -> None:
    """Build into a folder beside `place`, which becomes `place` when it is whole."""
    print(f"building {module.program} (minutes the first time, seconds after that)", file=sys.stderr, flush=True)
    partial = place.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    output = ["-o", str(partial / module.program), program.package]
    if module.program == "grafana":
        build_grafana(module, partial, [*program.flags(), *output])
    else:
        module.go("build", *program.flags(), *output)
    partial.rename(place)
