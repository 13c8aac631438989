"""How OpenTelemetry itself is set up: distributions, switches, the configuration file, limits, content."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import yaml

from spanwise.distro.checks.finding import Finding, Level, Setup

__all__ = [
    "check_configuration_file",
    "check_content_mode",
    "check_distributions",
    "check_limits",
    "check_switches",
    "configuration_of",
]

_TOPIC = "OpenTelemetry"
_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_CONTENT_MODES = frozenset({"no_content", "span_only", "event_only", "span_and_event"})
_LENGTH_LIMITS = ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT")
_COUNT_LIMITS = ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT")
_FEWEST_ATTRIBUTES = 64
_PROVIDERS = {"tracer_provider": "traces", "meter_provider": "metrics", "logger_provider": "logs"}


def check_distributions(setup: Setup) -> Iterator[Finding]:
    """Exactly one distro and one configurator, or a variable that chooses."""
    without_distro = "signals without an OTEL_*_EXPORTER variable go nowhere"
    yield from _chosen(setup, "distro", "OTEL_PYTHON_DISTRO", without_distro)
    yield from _chosen(setup, "configurator", "OTEL_PYTHON_CONFIGURATOR", "opentelemetry-instrument sets nothing up")


def _chosen(setup: Setup, what: str, variable: str, consequence: str) -> Iterator[Finding]:
    names = [entry.name for entry in setup.entry_points(f"opentelemetry_{what}")]
    wanted = setup.variable(variable)
    if wanted and wanted not in names:
        fix = f"unset {variable}" + (f", or set it to one of: {', '.join(names)}" if names else "")
        yield Finding(_TOPIC, "failure", f"{variable}={wanted} is not installed: {consequence}", fix)
    elif not names:
        yield Finding(_TOPIC, "failure", f"no {what} is installed: {consequence}", "pip install opentelemetry-distro")
    elif len(names) > 1 and not wanted:
        yield Finding(
            _TOPIC,
            "warning",
            f"{len(names)} {what}s are installed ({', '.join(names)}); `{names[0]}` wins because it is found first",
            f"{variable}={names[0]}",
        )


def check_switches(setup: Setup) -> Iterator[Finding]:
    """Variables that switch telemetry off."""
    if setup.variable("OTEL_SDK_DISABLED").lower() == "true":
        yield Finding(_TOPIC, "failure", "OTEL_SDK_DISABLED=true switches all telemetry off", "unset OTEL_SDK_DISABLED")
    if setup.variable("OTEL_TRACES_SAMPLER").lower() in {"always_off", "parentbased_always_off"}:
        yield Finding(
            _TOPIC,
            "failure",
            f"OTEL_TRACES_SAMPLER={setup.variable('OTEL_TRACES_SAMPLER')} records no trace",
            "unset OTEL_TRACES_SAMPLER",
        )
    disabled = [name.strip() for name in setup.variable("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS").split(",")]
    if "*" in disabled:
        yield _disabled("switches off every instrumentor: frameworks and web servers make no spans")
    elif "spanwise" in disabled:
        yield _disabled("names Spanwise, which it does not switch off", "SPANWISE_GENERAL_ENABLED=false")


def _disabled(what: str, fix: str = "unset OTEL_PYTHON_DISABLED_INSTRUMENTATIONS") -> Finding:
    return Finding(_TOPIC, "warning", f"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS {what}", fix)


def check_configuration_file(setup: Setup) -> Iterator[Finding]:
    """`OTEL_CONFIG_FILE`: whether the SDK can read it, and which signals it leaves out."""
    named = setup.variable("OTEL_CONFIG_FILE")
    if not named:
        return
    if setup.version("opentelemetry-configuration") is None:
        yield Finding(
            _TOPIC,
            "failure",
            "OTEL_CONFIG_FILE is set, but the package that reads it is not installed",
            "pip install opentelemetry-configuration",
        )
    try:
        content = configuration_of(setup)
    except (OSError, ValueError) as error:
        text = f"OTEL_CONFIG_FILE={named} cannot be used: {error}"
        yield Finding(_TOPIC, "failure", text, "correct the file, or unset OTEL_CONFIG_FILE")
    else:
        yield from _sections(named, content)


def _sections(named: str, content: Mapping[str, object]) -> Iterator[Finding]:
    text = f"{named} configures the SDK; OTEL_* variables for what it covers, exporters above all, are not read"
    yield Finding(_TOPIC, "note", text)
    if str(content.get("disabled", "")).lower() == "true":
        yield Finding(_TOPIC, "failure", f"{named} says `disabled: true`", f"remove `disabled` from {named}")
    for section, signal in _PROVIDERS.items():
        if not content.get(section):
            level: Level = "failure" if signal == "traces" else "warning"
            text = f"{named} has no `{section}`: there will be no {signal}"
            yield Finding(_TOPIC, level, text, f"add a `{section}` section to {named}")


def configuration_of(setup: Setup) -> Mapping[str, object]:
    """The content of `OTEL_CONFIG_FILE`, unchecked; empty where the variable is not set.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not YAML, or not a mapping.
    """
    named = setup.variable("OTEL_CONFIG_FILE")
    if not named:
        return {}
    try:
        content: object = yaml.safe_load((setup.directory / Path(named)).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark: object = getattr(error, "problem_mark", None)
        line: object = getattr(mark, "line", None)
        place = f" at line {line + 1}" if isinstance(line, int) else ""
        raise ValueError(f"it is not valid YAML{place}") from error
    if not isinstance(content, dict):
        raise ValueError("it is not a mapping")
    return cast("dict[str, object]", content)


def check_limits(setup: Setup) -> Iterator[Finding]:
    """Limits that cut the JSON of messages, or throw out the first attributes of a span."""
    name = next((name for name in _LENGTH_LIMITS if setup.variable(name)), None)
    if name:
        yield Finding(
            _TOPIC,
            "warning",
            f"{name}={setup.variable(name)} cuts long attributes: the JSON of prompts and completions becomes invalid",
            f"unset {name}, and limit content with SPANWISE_CAPTURE_MAX_LENGTH",
        )
    name = next((name for name in _COUNT_LIMITS if setup.variable(name)), None)
    limit = setup.variable(name) if name else ""
    if limit.isdecimal() and int(limit) < _FEWEST_ATTRIBUTES:
        yield Finding(
            _TOPIC,
            "warning",
            f"{name}={limit} evicts the oldest attributes of a span first, the operation and the model among them",
            f"unset {name}",
        )


def check_content_mode(setup: Setup) -> Iterator[Finding]:
    """The variable for content, whose old value `true` has come to mean no content."""
    mode = setup.variable(_CONTENT)
    if not mode or mode.lower() in _CONTENT_MODES:
        return
    if mode.lower() == "true":
        yield Finding(
            _TOPIC,
            "warning",
            f"{_CONTENT}=true is no longer a value: it means that NO content is captured",
            f"{_CONTENT}=SPAN_ONLY, or SPANWISE_CAPTURE_CONTENT=true",
        )
        return
    closest = difflib.get_close_matches(mode.lower(), sorted(_CONTENT_MODES), 1) or ["no_content"]
    yield Finding(
        _TOPIC, "warning", f"{_CONTENT}={mode} is no value: no content is captured", f"{_CONTENT}={closest[0].upper()}"
    )
