"""Which calls become spans: HTTP clients that are hooked, and SDKs whose wire formats are read."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

from spanwise.distro.checks.finding import Finding, Setup
from spanwise.instrumentation.protocols import claim
from spanwise.instrumentation.transports.httpx import MODULES

__all__ = ["check_clients", "check_formats"]

_TOPIC = "capture"
_OTHER_CLIENTS = ("aiohttp", "requests", "botocore")


class _Sdk(NamedTuple):
    """A request that the SDK of a provider makes, to ask the protocols whether they would read it."""

    distribution: str
    host: str
    path: str
    client: str = "httpx"
    body: bytes = b'{"model": "m", "messages": []}'


_SDKS = (
    _Sdk("openai", "api.openai.com", "/v1/chat/completions"),
    _Sdk("anthropic", "api.anthropic.com", "/v1/messages"),
    _Sdk("mistralai", "api.mistral.ai", "/v1/chat/completions"),
    _Sdk("groq", "api.groq.com", "/openai/v1/chat/completions"),
    _Sdk("together", "api.together.xyz", "/v1/chat/completions"),
    _Sdk("google-genai", "generativelanguage.googleapis.com", "/v1beta/models/m:generateContent"),
    _Sdk("cohere", "api.cohere.com", "/v2/chat"),
    _Sdk("ollama", "localhost", "/api/chat"),
    _Sdk("boto3", "bedrock-runtime.us-east-1.amazonaws.com", "/model/m/converse", client="botocore"),
)


def check_clients(setup: Setup) -> Iterator[Finding]:
    """httpx and httpx2 with the methods that are hooked; clients whose calls are not seen."""
    if setup.variable("SPANWISE_GENERAL_WIRE").lower() in {"false", "0", "no", "off"}:
        yield Finding(_TOPIC, "note", "reading calls from HTTP traffic is switched off", "unset SPANWISE_GENERAL_WIRE")
        return
    installed = [name for name in MODULES if setup.version(name)]
    if not installed:
        yield Finding(
            _TOPIC, "warning", "neither httpx nor httpx2 is installed: no call can be captured", "pip install httpx"
        )
    for name in installed:
        yield _hookable(name, setup.version(name) or "")
    others = [f"{name} {setup.version(name)}" for name in _OTHER_CLIENTS if setup.version(name)]
    if others:
        yield Finding(
            _TOPIC,
            "note",
            f"calls to models that go through {', '.join(others)} are not captured yet",
            "use an SDK that sends through httpx, or install its OpenTelemetry instrumentor: its spans are completed",
        )


def _hookable(name: str, version: str) -> Finding:
    try:
        module = import_module(name)
        hookable = all(callable(getattr(getattr(module, cls), "send", None)) for cls in ("Client", "AsyncClient"))
    except (ImportError, AttributeError):
        hookable = False
    if hookable:
        return Finding(_TOPIC, "ok", f"calls through {name} {version} are captured")
    return Finding(
        _TOPIC,
        "failure",
        f"{name} {version} has no Client.send and AsyncClient.send to hook: its calls are not captured",
        f'pip install "{name}{"<1" if name == "httpx" else ">=2,<3"}"',
    )


def check_formats(setup: Setup) -> Iterator[Finding]:
    """The installed provider SDKs, by whether their calls are read."""
    read: list[str] = []
    for sdk in _SDKS:
        if not setup.version(sdk.distribution):
            continue
        if _is_read(sdk):
            read.append(f"{sdk.distribution} {setup.version(sdk.distribution)}")
        else:
            yield _unread(sdk, setup)
    if read:
        yield Finding(_TOPIC, "ok", f"the wire format of {', '.join(read)} is read")


def _is_read(sdk: _Sdk) -> bool:
    return sdk.client == "httpx" and claim("POST", sdk.host, sdk.path, lambda: sdk.body) is not None


def _unread(sdk: _Sdk, setup: Setup) -> Finding:
    return Finding(
        _TOPIC,
        "warning",
        f"calls of {sdk.distribution} {setup.version(sdk.distribution)} are not captured yet: "
        + (f"it sends through {sdk.client}" if sdk.client != "httpx" else "its wire format is not read"),
        f"install an OpenTelemetry instrumentor for {sdk.distribution}: its spans are priced and redacted as well",
    )
