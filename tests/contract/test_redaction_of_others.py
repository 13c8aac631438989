"""What other instrumentors capture is redacted as our own: real ones, with content on, exported by OTLP."""

from __future__ import annotations

import pytest

from contract.asking import Ask, ask
from contract.installation import installation
from contract.others import traced_by
from contract.values import INNOCENT, PERSONAL, spellings
from provider import LocalProvider
from stack.receivers import HttpReceiver

CAPTURE = {
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "SPAN_AND_EVENT",
    "OTEL_SEMCONV_STABILITY_OPT_IN": "gen_ai_latest_experimental",
    "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT": "true",
    "ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE": "content",
}


def asked_of(model: str, text: str, scenario: str = "", *, stream: bool = False) -> Ask:
    """The answer quotes what was asked; so does a `bad_request`."""
    body = {"model": model, "messages": [{"role": "user", "content": text}], "max_tokens": 500, "stream": stream}
    resource = "messages" if model.startswith("claude") else "chat.completions"
    return Ask(resource, body, scenario, fails=bool(scenario), headers={"x-note": "none"})


def sent(
    receiver: HttpReceiver, provider: LocalProvider, model: str, tracers: str, texts: list[str], redact: str = "true"
) -> bytes:
    environment = {**CAPTURE, "SPANWISE_REDACT_ENABLED": redact}
    with installation(environment, endpoint=receiver.url, as_global=True) as installed:
        with traced_by(installed, tracers.split()):
            for text in texts:
                ask(provider, asked_of(model, text))
                ask(provider, asked_of(model, text, stream=True))
                ask(provider, asked_of(model, text, "bad_request"))
        installed.flush()
    assert receiver.received.calls
    return receiver.received.raw


@pytest.mark.parametrize(
    ("model", "tracers"),
    [
        ("gpt-4o-mini", "openai httpx"),
        ("claude-haiku-4-5", "anthropic"),
        ("claude-haiku-4-5", "native httpx"),
        ("claude-haiku-4-5", "anthropic native"),
    ],
)
def test_no_personal_value_leaves_by_another_instrumentor(
    model: str, tracers: str, receiver: HttpReceiver, provider: LocalProvider
) -> None:
    raw = sent(receiver, provider, model, tracers, [value.text for value in PERSONAL])
    leaked = [value for value in PERSONAL if any(form in raw for form in spellings(value.raw))]
    assert not leaked


@pytest.mark.parametrize(("model", "tracers"), [("gpt-4o-mini", "openai"), ("claude-haiku-4-5", "anthropic native")])
def test_innocent_values_arrive_by_another_instrumentor(
    model: str, tracers: str, receiver: HttpReceiver, provider: LocalProvider
) -> None:
    raw = sent(receiver, provider, model, tracers, list(INNOCENT))
    assert not [value for value in INNOCENT if value.encode() not in raw]
