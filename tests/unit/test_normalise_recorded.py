"""The same calls, as eight emitters reported them, must give the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import pytest
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AnyValue

from spanwise.core.view import SpanView
from spanwise.processors.normalise import NormaliseStep, content_of
from spanwise.semconv import attributes as names
from unit.foreign_spans import recorded

RECORDINGS = Path(__file__).parents[3] / "shared" / "dialects"
"""OTLP/JSON that is not part of the repository: a folder per emitter, a file per call."""

_IN, _OUT, _READ = names.USAGE_INPUT_TOKENS, names.USAGE_OUTPUT_TOKENS, names.USAGE_CACHE_READ_TOKENS
_WRITE, _REASONING = names.USAGE_CACHE_WRITE_TOKENS, names.USAGE_REASONING_TOKENS
COUNTS = (_IN, _OUT, _READ, _WRITE, _REASONING)

OPENAI: dict[str, int] = {_IN: 1200, _OUT: 340, _READ: 1024, _REASONING: 64}
ANTHROPIC: dict[str, int] = {_IN: 1300, _OUT: 340, _READ: 1024, _WRITE: 100}
EMBEDDINGS: dict[str, int] = {_IN: 8}

FAILURES: dict[str, str] = {
    "_err_429": "rate_limit",
    "_timeout": "timeout",
    "_conn_refused": "unavailable",
    "_cancel": "cancelled",
    "chat_stream_reset": "unavailable",
    "chat_stream_early_close": "abandoned",
}
NO_USAGE = ("no_usage", "early_close", *FAILURES)
SAYS_OK = {("langfuse", "chat_stream_reset"): "abandoned", ("traceloop", "chat_stream_reset"): "abandoned"}
"""A broken stream whose error the emitter does not tell: no more is known than that it has no end."""
UNSEEN = {("openlit", case) for case in ("chat_stream_early_close", "chat_stream_reset", "messages_stream_early_close")}
"""No span at all."""
TWO_CALLS = frozenset({"chat_msg_objects", "parenting"})

ORIGINALS = (
    "ai.",
    "anthropic.message.",
    "gen_ai.completion",
    "gen_ai.is_streaming",
    "gen_ai.openai.",
    "gen_ai.prompt",
    "gen_ai.usage.cache_creation",
    "gen_ai.usage.raw",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.total_tokens",
    "input.",
    "langfuse.observation.input",
    "langfuse.observation.metadata.finish_reason",
    "langfuse.observation.model.name",
    "langfuse.observation.output",
    "langfuse.observation.usage_details",
    "llm.",
    "openinference.",
    "output.",
    "request_data",
)


CASES = sorted(file for file in RECORDINGS.glob("*/*.json") if file.parent.name != "httpx_only")
SUCCEEDED = [file for file in CASES if not any(mark in file.stem for mark in NO_USAGE)]
FAILED = [file for file in CASES if any(mark in file.stem for mark in FAILURES)]
TOLD = [
    file
    for file in SUCCEEDED
    if file.parent.name not in ("otel_genai", "anthropic_native")
    and file.stem not in ("embeddings", "messages_sdk_native_on")
]
"""Those with content."""

pytestmark = pytest.mark.skipif(not CASES, reason="the recordings of other emitters are not beside the repository")


def _calls(file: Path) -> list[SpanView]:
    step = NormaliseStep()
    views = list(recorded(file))
    for view in views:
        step(view)
    return [view for view in views if view.is_client_call]


def _id(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def _expected(emitter: str, case: str, streamed: bool) -> dict[str, int]:
    """The truth, less what the emitter does not carry, and with what it got wrong beyond repair."""
    if case == "embeddings":
        return EMBEDDINGS | ({_READ: 0} if emitter == "traceloop" else {})
    if case.startswith("messages"):
        if emitter == "openlit" and streamed:
            return {_IN: 176, _OUT: 340, _READ: 0, _WRITE: 0}
        return ANTHROPIC | ({_OUT: 341} if (emitter, "stream" in case) == ("traceloop", True) else {})
    found = OPENAI | ({_WRITE: 0} if emitter == "openlit" else {})
    chat = not case.startswith("responses")
    if chat and (emitter == "openlit" or (emitter == "traceloop" and streamed)):
        del found[_REASONING]
    return found


def _counts(attributes: Mapping[str, AnyValue]) -> dict[str, AnyValue]:
    return {name: attributes[name] for name in COUNTS if name in attributes}


@pytest.mark.parametrize("file", SUCCEEDED, ids=_id)
def test_every_emitter_gives_the_numbers_that_the_provider_answered(file: Path) -> None:
    for view in _calls(file):
        streamed = view.attributes.get(names.REQUEST_STREAM) is True
        emitter = "anthropic_native" if view.scope == "com.anthropic.sdk.python" else file.parent.name
        assert _counts(view.attributes) == _expected(emitter, file.stem, streamed)


@pytest.mark.parametrize("file", SUCCEEDED, ids=_id)
def test_every_emitter_gives_operation_provider_models_and_outcome(file: Path) -> None:
    for view in _calls(file):
        claude = file.stem.startswith("messages")
        asked, answered = ("claude-sonnet-4-5",) * 2 if claude else ("gpt-4o-mini", "gpt-4o-mini-2024-07-18")
        answered = "claude-sonnet-4-5-20250929" if claude else answered
        if file.stem == "embeddings":
            asked = answered = "text-embedding-3-small"
        found = view.attributes
        assert found[names.OPERATION_NAME] == ("embeddings" if file.stem == "embeddings" else "chat")
        assert found[names.PROVIDER_NAME] == ("anthropic" if claude else "openai")
        assert found.get(names.REQUEST_MODEL) == (None if file.parent.name == "langfuse" else asked)
        assert found[names.RESPONSE_MODEL] == answered
        assert found[names.OUTCOME] == "ok"
        assert view.kind is SpanKind.CLIENT


@pytest.mark.parametrize("file", CASES, ids=_id)
def test_each_call_is_counted_once_per_emitter(file: Path) -> None:
    calls = _calls(file)
    each = 0 if (file.parent.name, file.stem) in UNSEEN else 2 if file.stem in TWO_CALLS else 1
    assert len(calls) == each * max(1, len({call.scope for call in calls}))


@pytest.mark.parametrize("file", FAILED, ids=_id)
def test_failed_calls_have_an_outcome_that_says_how(file: Path) -> None:
    true = next(outcome for mark, outcome in FAILURES.items() if mark in file.stem)
    for view in _calls(file):
        assert view.attributes[names.OUTCOME] == SAYS_OK.get((file.parent.name, file.stem), true)


@pytest.mark.parametrize("file", CASES, ids=_id)
def test_nothing_that_was_mapped_stays_and_a_second_time_changes_nothing(file: Path) -> None:
    for view in _calls(file):
        before = deepcopy(view)
        left = [key for key in view.attributes if key.startswith(ORIGINALS)]
        assert left == []
        assert "gen_ai.system" not in view.attributes
        NormaliseStep()(view)
        assert view == before


@pytest.mark.parametrize("file", TOLD, ids=_id)
def test_content_that_an_emitter_carries_can_be_read(file: Path) -> None:
    for view in _calls(file)[:1]:
        content = content_of(view)
        offered = file.parent.name != "openlit" and ("tools" in file.stem or file.stem == "chat_msg_objects")
        assert [message["role"] for message in content.input_messages] == ["user"]
        assert content.output_messages
        assert bool(content.tool_definitions) == offered
