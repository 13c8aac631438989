"""Whether the OTLP endpoints answer: an empty export to each of them, and to nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from spanwise.distro.checks.exporters import Endpoint, endpoints
from spanwise.distro.checks.finding import Finding, Setup
from spanwise.distro.checks.wire import TIMEOUT, connection_error, spoken

__all__ = ["check_endpoints"]

_TOPIC = "endpoints"
_USUAL_PORTS = {4317: "grpc", 4318: "http/protobuf"}
_SERVICES = {"traces": "trace.v1.TraceService", "metrics": "metrics.v1.MetricsService", "logs": "logs.v1.LogsService"}
_WITHOUT_SERVER = "OTEL_TRACES_EXPORTER=spanwise OTEL_METRICS_EXPORTER=spanwise OTEL_LOGS_EXPORTER=spanwise"
_PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def check_endpoints(setup: Setup) -> Iterator[Finding]:
    """An empty export for every signal; one finding per address where there is no connection at all."""
    if setup.variable("OTEL_CONFIG_FILE"):
        yield Finding(_TOPIC, "note", "the endpoints in OTEL_CONFIG_FILE are not tried")
        return
    unreachable: dict[tuple[str, int], list[Endpoint]] = {}
    for endpoint in endpoints(setup):
        finding = _malformed(endpoint)
        if finding is not None:
            yield finding
        elif _is_unreachable(setup, endpoint, unreachable):
            unreachable.setdefault((endpoint.host, endpoint.port), []).append(endpoint)
        else:
            yield _grpc(endpoint) if endpoint.protocol == "grpc" else _http(endpoint)
    for tried in unreachable.values():
        yield _no_connection(tried)


def _malformed(endpoint: Endpoint) -> Finding | None:
    if not endpoint.scheme and endpoint.protocol == "http/protobuf":
        text, fix = "has no scheme, and is refused by the exporter", f"http://{_as_given(endpoint)}"
    elif not endpoint.scheme and endpoint.secure:
        text, fix = "has no scheme, which means TLS", f"http://{endpoint.shown} (or https:// if TLS is meant)"
    elif not endpoint.host or not _has_port(endpoint):
        text, fix = "is no address", "http://localhost:4317"
    else:
        return None
    return _failure(endpoint, f"{_as_given(endpoint)} {text}", f"{endpoint.variable}={fix}")


def _as_given(endpoint: Endpoint) -> str:
    return endpoint.shown.removesuffix(f"/v1/{endpoint.signal}")


def _has_port(endpoint: Endpoint) -> bool:
    try:
        return endpoint.port > 0
    except ValueError:
        return False


def _is_unreachable(setup: Setup, endpoint: Endpoint, known: dict[tuple[str, int], list[Endpoint]]) -> bool:
    if (endpoint.host, endpoint.port) in known:
        return True
    behind_proxy = any(setup.variable(name) for name in _PROXIES)
    return not behind_proxy and connection_error(endpoint.host, endpoint.port) is not None


def _no_connection(tried: list[Endpoint]) -> Finding:
    first = tried[0]
    reason = connection_error(first.host, first.port) or "it answers only now and then"
    where = f"{first.variable}=…" if first.variable else f"{first.shown}, the default"
    return Finding(
        _TOPIC,
        "failure",
        f"{', '.join(endpoint.signal for endpoint in tried)}: {reason}; asked for by {where}{_usual(first)}",
        "start the Collector there, set OTEL_EXPORTER_OTLP_ENDPOINT to where it is, or keep telemetry in a local "
        f"file: {_WITHOUT_SERVER}",
    )


def _usual(endpoint: Endpoint) -> str:
    usual = _USUAL_PORTS.get(endpoint.port)
    if usual is None or usual == endpoint.protocol:
        return ""
    return f" (port {endpoint.port} is usually for {usual}, but the protocol is {endpoint.protocol})"


def _answers(endpoint: Endpoint) -> Finding:
    return Finding(_TOPIC, "ok", f"{endpoint.signal}: {endpoint.shown} answers ({endpoint.protocol})")


def _failure(endpoint: Endpoint, text: str, fix: str) -> Finding:
    return Finding(_TOPIC, "failure", f"{endpoint.signal}: {text}", fix)


def _refused_credentials(endpoint: Endpoint, answer: str) -> Finding:
    given = f"the credentials in the headers ({', '.join(endpoint.headers)})" if endpoint.headers else "no credentials"
    return _failure(
        endpoint,
        f"{endpoint.shown} refuses {given} ({answer})",
        "OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20<token> (values are percent-encoded)",
    )


def _http(endpoint: Endpoint) -> Finding:
    """As the exporter sends, with the same library: the same proxies, certificates and redirects."""
    import requests  # comes with the exporter

    try:
        response = requests.post(
            endpoint.url,
            data=b"",
            headers={"content-type": "application/x-protobuf", **endpoint.headers},
            timeout=TIMEOUT,
            verify=endpoint.certificate or True,
        )
    except (requests.RequestException, OSError) as error:
        return _mismatch(endpoint) or _failure(endpoint, *_http_error(endpoint, error))
    return _status(endpoint, int(response.status_code), str(response.text[:200]))


def _http_error(endpoint: Endpoint, error: Exception) -> tuple[str, str]:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"the certificate of {endpoint.shown} is not trusted", "OTEL_EXPORTER_OTLP_CERTIFICATE=<file of your CA>"
    return (
        f"{endpoint.shown} gives no answer ({type(error).__name__})",
        "check what listens there, and OTEL_EXPORTER_OTLP_ENDPOINT",
    )


def _status(endpoint: Endpoint, status: int, text: str) -> Finding:
    if 200 <= status < 300:
        return _answers(endpoint)
    if status in (401, 403):
        return _refused_credentials(endpoint, f"HTTP {status}")
    if status == 404:
        return _failure(endpoint, f"{endpoint.shown} does not exist (HTTP 404)", _path_fix(endpoint))
    if status == 400 and "HTTPS" in text:
        return _needs_tls(endpoint)
    return _failure(
        endpoint, f"{endpoint.shown} answers HTTP {status} to an empty export", "look into the receiver's own log"
    )


def _path_fix(endpoint: Endpoint) -> str:
    own = f"OTEL_EXPORTER_OTLP_{endpoint.signal.upper()}_ENDPOINT"
    suffix = f"/v1/{endpoint.signal}"
    base = endpoint.shown.removesuffix("/").removesuffix(suffix)
    if endpoint.variable == own and not endpoint.shown.endswith(suffix):
        return f"{own}={base}{suffix} (it is used as it is; only OTEL_EXPORTER_OTLP_ENDPOINT gets the path appended)"
    if "/v1/" in base:
        return f"OTEL_EXPORTER_OTLP_ENDPOINT={base[: base.index('/v1/')]} (the path is appended)"
    return f"set {own} to the full address of the receiver, or OTEL_{endpoint.signal.upper()}_EXPORTER=none"


def _mismatch(endpoint: Endpoint) -> Finding | None:
    """What a plain question to the port reveals: another protocol, or TLS on one side alone."""
    answer = spoken(endpoint.host, endpoint.port)
    if answer == "tls" and not endpoint.secure:
        return _needs_tls(endpoint)
    if answer in ("http", "grpc") and endpoint.secure:
        return _failure(
            endpoint,
            f"{endpoint.host}:{endpoint.port} does not speak TLS, but {endpoint.shown} asks for it",
            f"{endpoint.variable or 'OTEL_EXPORTER_OTLP_ENDPOINT'}=http://{endpoint.host}:{endpoint.port}",
        )
    if answer == "grpc" and endpoint.protocol != "grpc":
        return _other_protocol(endpoint, "grpc", 4318)
    if answer == "http" and endpoint.protocol == "grpc":
        return _other_protocol(endpoint, "http/protobuf", 4317)
    return None


def _needs_tls(endpoint: Endpoint) -> Finding:
    return _failure(
        endpoint,
        f"{endpoint.host}:{endpoint.port} speaks TLS, but {endpoint.shown} does not",
        f"{endpoint.variable or 'OTEL_EXPORTER_OTLP_ENDPOINT'}=https://{endpoint.host}:{endpoint.port}",
    )


def _other_protocol(endpoint: Endpoint, speaks: str, port: int) -> Finding:
    return _failure(
        endpoint,
        f"{endpoint.host}:{endpoint.port} speaks {speaks}, but the protocol is {endpoint.protocol}",
        f"OTEL_EXPORTER_OTLP_PROTOCOL={speaks}, or the port for {endpoint.protocol}, usually {port}",
    )


def _grpc(endpoint: Endpoint) -> Finding:
    grpc: Any = import_module("grpc")
    target = f"{endpoint.host}:{endpoint.port}"
    try:
        channel = grpc.secure_channel(target, _credentials(grpc, endpoint)) if endpoint.secure else None
    except OSError as error:
        return _failure(
            endpoint,
            f"its certificate cannot be read ({type(error).__name__})",
            "OTEL_EXPORTER_OTLP_CERTIFICATE=<file>",
        )
    with channel or grpc.insecure_channel(target) as opened:
        method = f"/opentelemetry.proto.collector.{_SERVICES[endpoint.signal]}/Export"
        try:
            opened.unary_unary(method)(b"", timeout=TIMEOUT, metadata=tuple(endpoint.headers.items()))
        except grpc.RpcError as error:
            return _grpc_error(endpoint, str(error.code().name), str(error.details()))
    return _answers(endpoint)


def _credentials(grpc: Any, endpoint: Endpoint) -> Any:
    if not endpoint.certificate:
        return grpc.ssl_channel_credentials()
    with open(endpoint.certificate, "rb") as file:
        return grpc.ssl_channel_credentials(file.read())


def _grpc_error(endpoint: Endpoint, code: str, details: str) -> Finding:
    if code in ("UNAUTHENTICATED", "PERMISSION_DENIED"):
        return _refused_credentials(endpoint, code)
    if (found := _mismatch(endpoint)) is not None:
        return found
    if code == "UNIMPLEMENTED":
        return _failure(
            endpoint,
            f"{endpoint.shown} takes no {endpoint.signal}",
            f"OTEL_{endpoint.signal.upper()}_EXPORTER=none, or send them to a Collector",
        )
    if "CERTIFICATE_VERIFY_FAILED" in details:
        return _failure(
            endpoint,
            f"the certificate of {endpoint.shown} is not trusted",
            "OTEL_EXPORTER_OTLP_CERTIFICATE=<file of your CA>",
        )
    return _failure(endpoint, f"{endpoint.shown} answers {code} to an empty export", "look into the receiver's own log")
