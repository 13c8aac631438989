"""Who else makes spans of calls to models, so that nobody wonders whether calls are counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.metadata import Distribution

from spanwise.distro.checks.finding import Finding, Setup

__all__ = ["check_instrumentors", "check_native_tracing", "check_suites"]

_TOPIC = "other sources"
_ONCE = "Spanwise completes its spans, and each call is counted once"
_SUITES = {
    "openlit": "OpenLIT",
    "traceloop-sdk": "OpenLLMetry",
    "logfire": "Logfire",
    "langfuse": "Langfuse",
    "ddtrace": "Datadog",
}
_OFFICIAL = ("opentelemetry-instrumentation-genai-", "opentelemetry-instrumentation-google-genai")
_OFFICIAL_OLD = ("-openai-v2", "-openai-agents-v2", "-vertexai", "-google-genai", "-langchain", "-weaviate")


def check_native_tracing(setup: Setup) -> Iterator[Finding]:
    """SDKs that trace themselves."""
    if setup.major("anthropic") >= 2 and setup.variable("ANTHROPIC_OPEN_TELEMETRY").lower() != "false":
        yield Finding(_TOPIC, "ok", f"anthropic {setup.version('anthropic')} traces itself; {_ONCE}")
    if setup.major("mcp") >= 2:
        yield Finding(
            _TOPIC, "ok", f"mcp {setup.version('mcp')} traces its tool calls itself; they are kept as they are"
        )
    if setup.version("mistralai") and (mode := setup.variable("MISTRAL_SDK_TELEMETRY")):
        yield Finding(_TOPIC, "ok", f"mistralai traces itself (MISTRAL_SDK_TELEMETRY={mode}); {_ONCE}")


def check_instrumentors(setup: Setup) -> Iterator[Finding]:
    """Instrumentors of calls to models, by who made them, and those that run for the same library."""
    entries: Counter[str] = Counter()
    by_maker: dict[str, list[str]] = {}
    for name, distribution in sorted(setup.distributions.items()):
        maker = _maker(name, distribution)
        if maker:
            by_maker.setdefault(maker, []).append(name)
            entries.update(e.name for e in distribution.entry_points if e.group == "opentelemetry_instrumentor")
    for maker, names in by_maker.items():
        yield Finding(_TOPIC, "ok", f"{maker} instruments calls to models ({', '.join(names)}); {_ONCE}")
    for name, count in entries.items():
        if count > 1:
            yield Finding(
                _TOPIC,
                "warning",
                f"{count} instrumentors are installed for `{name}` and all of them run; their spans are merged, but "
                "the application pays for each",
                "pip uninstall all but one of them",
            )


def _maker(name: str, distribution: Distribution) -> str | None:
    if name.startswith("openinference-instrumentation-"):
        return "OpenInference"
    if not name.startswith("opentelemetry-instrumentation-"):
        return None
    if "traceloop" in _people(distribution):
        return "OpenLLMetry"
    if name.startswith(_OFFICIAL) or name.endswith(_OFFICIAL_OLD):
        return "OpenTelemetry"
    return None


def _people(distribution: Distribution) -> str:
    fields = ("Author", "Author-email", "Home-page", "Project-URL")
    values = [value for name in fields for value in distribution.metadata.get_all(name) or ()]
    return " ".join(map(str, values)).lower()


def check_suites(setup: Setup) -> Iterator[Finding]:
    """Monitoring suites that may set up OpenTelemetry themselves."""
    for name, shown in _SUITES.items():
        if version := setup.version(name):
            yield Finding(
                _TOPIC,
                "note",
                f"{shown} ({name} {version}) is installed; where it sets a tracer provider of its own, its spans pass "
                "Spanwise only if Spanwise is installed on that provider",
                "call `spanwise.distro.configure(tracer_provider=…)` after it has set up its provider",
            )
