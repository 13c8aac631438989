"""Where each signal goes: the names of exporters, and the OTLP endpoints behind them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from opentelemetry.util.re import parse_env_headers

from spanwise.distro.checks.finding import Finding, Setup

__all__ = ["SIGNALS", "Endpoint", "Protocol", "Signal", "check_exporters", "endpoints", "exporter_names"]

Signal = Literal["traces", "metrics", "logs"]
Protocol = Literal["grpc", "http/protobuf"]
SIGNALS: tuple[Signal, ...] = ("traces", "metrics", "logs")

_TOPIC = "exporters"
_OTLP: dict[str, Protocol | None] = {"otlp": None, "otlp_proto_grpc": "grpc", "otlp_proto_http": "http/protobuf"}
_DEFAULTS: dict[Protocol, str] = {"grpc": "http://localhost:4317", "http/protobuf": "http://localhost:4318"}
_PACKAGES = {
    "otlp": "opentelemetry-exporter-otlp",
    "otlp_proto_grpc": "opentelemetry-exporter-otlp-proto-grpc",
    "otlp_proto_http": "opentelemetry-exporter-otlp-proto-http",
    "otlp_json_file": "opentelemetry-exporter-otlp-json-file",
    "prometheus": "opentelemetry-exporter-prometheus",
    "spanwise": "spanwise",
}


class Endpoint(NamedTuple):
    """One signal's OTLP receiver, as the exporter of the SDK would reach it."""

    signal: Signal
    protocol: Protocol
    url: str
    """As given; for HTTP the full address."""
    variable: str
    """The variable that it comes from; empty for the default."""
    headers: dict[str, str]
    certificate: str
    insecure: bool | None
    """What a variable says about TLS; `None` where none does."""

    @property
    def shown(self) -> str:
        """The address without credentials."""
        parts = _split(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")).removeprefix("//")

    @property
    def host(self) -> str:
        return _split(self.url).hostname or ""

    @property
    def port(self) -> int:
        """443 or 80 where the address names none.

        Raises:
            ValueError: it is no port.
        """
        return _split(self.url).port or (443 if self.secure else 80)

    @property
    def scheme(self) -> str:
        return urlsplit(self.url).scheme if "://" in self.url else ""

    @property
    def secure(self) -> bool:
        """Whether the exporter speaks TLS; that of gRPC does where nothing says otherwise."""
        if self.scheme == "https":
            return True
        if self.protocol == "grpc":
            return self.scheme != "http" if self.insecure is None else not self.insecure
        return False


def _split(url: str) -> SplitResult:
    return urlsplit(url if "://" in url else f"//{url}")


def exporter_names(setup: Setup, signal: Signal) -> list[str]:
    """What `OTEL_<SIGNAL>_EXPORTER` names; OpenTelemetry's distro sets `otlp` where it names nothing."""
    named = setup.variable(f"OTEL_{signal.upper()}_EXPORTER") or "otlp"
    return [] if named.lower() == "none" else [name.strip() for name in named.split(",")]


def check_exporters(setup: Setup) -> Iterator[Finding]:
    """Unknown names, unknown protocols, signals that go nowhere."""
    if setup.variable("OTEL_CONFIG_FILE"):
        return
    for signal in SIGNALS:
        names = exporter_names(setup, signal)
        known = {entry.name for entry in setup.entry_points(f"opentelemetry_{signal}_exporter")}
        if not names:
            yield Finding(_TOPIC, "note", f"{signal} are not exported (OTEL_{signal.upper()}_EXPORTER=none)")
        for name in names:
            yield _named(signal, name, known)
        if any(name in _OTLP for name in names):
            yield from _protocol_is_known(setup, signal)
    if not any(exporter_names(setup, signal) for signal in SIGNALS):
        yield Finding(
            _TOPIC, "failure", "no telemetry leaves the process", "unset OTEL_TRACES_EXPORTER, or set it to spanwise"
        )


def _named(signal: Signal, name: str, known: set[str]) -> Finding:
    variable = f"OTEL_{signal.upper()}_EXPORTER"
    if name in known:
        return Finding(_TOPIC, "ok", f"{signal} go to `{name}`")
    if name == "none":
        return Finding(
            _TOPIC,
            "failure",
            f"{variable} has `none` beside other names: the SDK looks for an exporter of that name and sets nothing up",
            f"remove `none` from {variable}",
        )
    if name in _PACKAGES:
        fix = f"pip install {_PACKAGES[name]}"
    else:
        closest = difflib.get_close_matches(name, sorted(known), 1)
        fix = f"{variable}={closest[0] if closest else 'otlp'}"
    return Finding(
        _TOPIC, "failure", f"{variable} names `{name}`, which is not installed: the SDK sets nothing up at all", fix
    )


def _protocol_is_known(setup: Setup, signal: Signal) -> Iterator[Finding]:
    variable = f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL"
    named = setup.variable(variable, "OTEL_EXPORTER_OTLP_PROTOCOL")
    if named and named not in _DEFAULTS:
        used = variable if setup.variable(variable) else "OTEL_EXPORTER_OTLP_PROTOCOL"
        yield Finding(
            _TOPIC,
            "failure",
            f"{used}={named} is not a protocol of the Python SDK: it sets nothing up at all",
            f"{used}={'http/protobuf' if named.startswith('http') else 'grpc'}",
        )


def endpoints(setup: Setup) -> list[Endpoint]:
    """The OTLP endpoint of each signal that is exported there; signals whose protocol is unknown are left out."""
    found: list[Endpoint] = []
    for signal in SIGNALS:
        for name in exporter_names(setup, signal):
            if name in _OTLP and (protocol := _OTLP[name] or _protocol(setup, signal)) is not None:
                found.append(_endpoint(setup, signal, protocol))
    return found


def _protocol(setup: Setup, signal: Signal) -> Protocol | None:
    named = setup.variable(f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL") or "grpc"
    return named if named in _DEFAULTS else None


def _endpoint(setup: Setup, signal: Signal, protocol: Protocol) -> Endpoint:
    prefix = f"OTEL_EXPORTER_OTLP_{signal.upper()}"
    own, general = f"{prefix}_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"
    variable = own if setup.variable(own) else general if setup.variable(general) else ""
    url = setup.variable(own, general) or _DEFAULTS[protocol]
    if protocol == "http/protobuf" and variable != own:
        url = f"{url.removesuffix('/')}/v1/{signal}"
    headers = setup.variable(f"{prefix}_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
    insecure = setup.variable(f"{prefix}_INSECURE", "OTEL_EXPORTER_OTLP_INSECURE").lower()
    return Endpoint(
        signal,
        protocol,
        url,
        variable,
        dict(parse_env_headers(headers, liberal=True)),
        setup.variable(f"{prefix}_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"),
        insecure == "true" if insecure else None,
    )
