"""What is installed, whether it fits together, and whether OpenTelemetry can see Spanwise."""

from __future__ import annotations

import platform
import re
import shutil
from collections.abc import Iterator

from spanwise.distro.checks.finding import Finding, Setup

__all__ = ["check_entry_points", "check_local_folders", "check_versions"]

_TOPIC = "versions"
_INSTALLATION = "installation"
_STABLE = (
    "opentelemetry-api",
    "opentelemetry-sdk",
    "opentelemetry-proto",
    "opentelemetry-exporter-otlp",
    "opentelemetry-exporter-otlp-proto-common",
    "opentelemetry-exporter-otlp-proto-grpc",
    "opentelemetry-exporter-otlp-proto-http",
)
_BETA = (
    "opentelemetry-semantic-conventions",
    "opentelemetry-instrumentation",
    "opentelemetry-distro",
    "opentelemetry-instrumentation-httpx",
    "opentelemetry-util-http",
)
_BETA_OFFSET = 21
"""Release 1.45 goes with 0.66b: the second number differs by 21."""
_RELEASE = re.compile(r"(\d+)\.(\d+)")
_EXPORTERS = ("opentelemetry_traces_exporter", "opentelemetry_metrics_exporter", "opentelemetry_logs_exporter")
_SHADOWED = ("spanwise", "opentelemetry")


def check_versions(setup: Setup) -> Iterator[Finding]:
    """The versions at hand; OpenTelemetry packages of different releases; a pre-release of httpx."""
    shown = ("spanwise", "opentelemetry-sdk", "opentelemetry-distro", "opentelemetry-instrumentation")
    versions = ", ".join(f"{name} {setup.version(name) or 'not installed'}" for name in shown)
    yield Finding(_TOPIC, "ok", f"Python {platform.python_version()}, {versions}")
    yield from _mixed_releases(setup)
    if (version := setup.version("httpx")) and setup.major("httpx") >= 1:
        yield Finding(
            _TOPIC,
            "failure",
            f"httpx {version} is a pre-release without the classes that instrumentation hooks; it also stops every "
            "instrumentor that OpenTelemetry loads after it",
            'pip install "httpx<1"',
        )


def _mixed_releases(setup: Setup) -> Iterator[Finding]:
    releases = dict(_releases(setup))
    newest = max(releases.values(), default=0)
    behind = sorted(name for name, release in releases.items() if release != newest)
    if behind:
        listed = ", ".join(f"{name} {setup.version(name)}" for name in behind)
        wanted = " ".join(f'"{name}=={_range(name, newest)}"' for name in behind)
        yield Finding(
            _TOPIC,
            "warning",
            f"OpenTelemetry packages of different releases: {listed} beside release 1.{newest}",
            f"pip install {wanted}",
        )


def _releases(setup: Setup) -> Iterator[tuple[str, int]]:
    """The release of each package, as the second number of the stable ones."""
    for names, major, offset in ((_STABLE, 1, 0), (_BETA, 0, _BETA_OFFSET)):
        for name in names:
            found = _RELEASE.match(setup.version(name) or "")
            if found and int(found[1]) == major:
                yield name, int(found[2]) - offset


def _range(name: str, release: int) -> str:
    return f"1.{release}.*" if name in _STABLE else f"0.{release + _BETA_OFFSET}b*"


def check_entry_points(setup: Setup) -> Iterator[Finding]:
    """Whether `opentelemetry-instrument` finds Spanwise and its exporters."""
    if any(entry.name == "spanwise" for entry in setup.entry_points("opentelemetry_pre_instrument")):
        yield Finding(_INSTALLATION, "ok", "opentelemetry-instrument loads Spanwise")
    else:
        yield Finding(
            _INSTALLATION,
            "failure",
            "opentelemetry-instrument does not see Spanwise: its entry points are not in this Python environment "
            "(`spanwise.distro.configure()` works without them)",
            "pip install spanwise, or in a checkout: pip install -e .",
        )
        return
    missing = [group for group in _EXPORTERS if all(e.name != "spanwise" for e in setup.entry_points(group))]
    if missing:
        yield Finding(
            _INSTALLATION,
            "failure",
            f"the local store is not registered as an exporter ({', '.join(missing)}): the installation is incomplete",
            "pip install --force-reinstall --no-deps spanwise",
        )
    if shutil.which("opentelemetry-instrument", path=setup.environ.get("PATH", "")) is None:
        yield Finding(
            _INSTALLATION,
            "note",
            "the command opentelemetry-instrument is not on the PATH",
            "activate the virtual environment, or call `spanwise.distro.configure()` in the application",
        )


def check_local_folders(setup: Setup) -> Iterator[Finding]:
    """A folder or module of the working directory that hides an installed package.

    `opentelemetry-instrument` puts the working directory first on the path.
    """
    for name in _SHADOWED:
        package, module = setup.directory / name / "__init__.py", setup.directory / f"{name}.py"
        for found in (package, module):
            if found.is_file():
                shown = found.parent if found is package else found
                yield Finding(
                    _INSTALLATION,
                    "failure",
                    f"{shown} hides the installed package `{name}`: opentelemetry-instrument puts the working "
                    "directory first on the path",
                    f"rename {shown}, or start the application from another directory",
                )
