"""The normalise step on small spans of every dialect."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy

import pytest
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Inference, Usage
from spanwise.core.view import EventView
from spanwise.processors.dialects import DIALECTS, conventions, langfuse, openinference, openlit, vercel
from spanwise.processors.normalise import GENAI_MARKS, NormaliseStep, content_of
from spanwise.semconv import attributes as names
from unit.foreign_spans import SECOND, START, normalised, span

CHAT: dict[str, AnyValue] = {
    names.OPERATION_NAME: "chat",
    names.PROVIDER_NAME: "openai",
    names.REQUEST_MODEL: "gpt-5-mini",
}


def _json(attributes: Mapping[str, AnyValue], name: str) -> object:
    value = attributes[name]
    assert isinstance(value, str)
    return json.loads(value)


def test_span_that_is_no_genai_span_is_left_alone() -> None:
    view = span({"http.request.method": "GET", "input.value": "x", "user.id": "u"}, error="HTTP 500")
    before = deepcopy(view)
    NormaliseStep()(view)
    assert view == before


def test_span_of_our_own_is_left_alone() -> None:
    view = span({**CHAT, "gen_ai.usage.prompt_tokens": 3}, scope="spanwise", inference=Inference("chat", "openai"))
    before = deepcopy(view)
    NormaliseStep()(view)
    assert view == before


def test_current_names_are_kept_and_only_an_outcome_is_added() -> None:
    found = normalised(span({**CHAT, names.USAGE_INPUT_TOKENS: 5}, kind=SpanKind.CLIENT))
    assert found == {**CHAT, names.USAGE_INPUT_TOKENS: 5, names.OUTCOME: "ok"}


def test_unknown_attributes_stay() -> None:
    assert normalised(span({**CHAT, "my.own": 1}))["my.own"] == 1


def test_kind_internal_of_a_call_becomes_client_and_another_kind_stays() -> None:
    for kind, expected in ((SpanKind.INTERNAL, SpanKind.CLIENT), (SpanKind.PRODUCER, SpanKind.PRODUCER)):
        view = span(CHAT, kind=kind)
        NormaliseStep()(view)
        assert view.kind is expected


def test_earlier_names_of_the_conventions() -> None:
    assert normalised(
        span(
            {
                "gen_ai.system": "az.ai.openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.usage.prompt_tokens": 12,
                "gen_ai.usage.completion_tokens": 3,
                "gen_ai.usage.cache_read_input_tokens": 4,
                "gen_ai.usage.cache_creation.input_tokens": 2,
                "gen_ai.usage.reasoning_tokens": 1,
                "gen_ai.openai.request.service_tier": "flex",
                "gen_ai.openai.response.system_fingerprint": "fp",
                "gen_ai.openai.request.response_format": "json_schema",
                "gen_ai.response.finish_reasons": '["length"]',
                "gen_ai.request.user": "ada",
                "gen_ai.prompt": "Hi",
                "gen_ai.completion": '[{"role": "assistant", "content": "Hello"}]',
            }
        )
    ) == {
        names.OPERATION_NAME: "chat",
        names.PROVIDER_NAME: "azure.ai.openai",
        names.REQUEST_MODEL: "gpt-4o",
        names.USAGE_INPUT_TOKENS: 12,
        names.USAGE_OUTPUT_TOKENS: 3,
        names.USAGE_CACHE_READ_TOKENS: 4,
        names.USAGE_CACHE_WRITE_TOKENS: 2,
        names.USAGE_REASONING_TOKENS: 1,
        names.OPENAI_REQUEST_SERVICE_TIER: "flex",
        names.OPENAI_RESPONSE_SYSTEM_FINGERPRINT: "fp",
        names.OUTPUT_TYPE: "json",
        names.RESPONSE_FINISH_REASONS: ("length",),
        names.USER_ID: "ada",
        names.INPUT_MESSAGES: '[{"role":"user","parts":[{"type":"text","content":"Hi"}]}]',
        names.OUTPUT_MESSAGES: '[{"role":"assistant","parts":[{"type":"text","content":"Hello"}]}]',
        names.OUTCOME: "truncated",
    }


def test_message_events_become_messages() -> None:
    calls = '[{"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{\\"a\\": 1}"}}]'
    events = [
        EventView("gen_ai.system.message", START, {"content": "Be brief."}),
        EventView("gen_ai.user.message", START, {"content": "1 + 1?"}),
        EventView("gen_ai.assistant.message", START, {"tool_calls": calls}),
        EventView("gen_ai.tool.message", START, {"content": "2", "id": "c1"}),
        EventView("my.event", START, {}),
        EventView("gen_ai.choice", START, {"index": 0, "finish_reason": "stop", "message": '{"content": "Two."}'}),
    ]
    view = span(CHAT, events=events)
    found = normalised(view)
    assert _json(found, names.SYSTEM_INSTRUCTIONS) == [{"type": "text", "content": "Be brief."}]
    assert _json(found, names.INPUT_MESSAGES) == [
        {"role": "user", "parts": [{"type": "text", "content": "1 + 1?"}]},
        {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "add", "arguments": {"a": 1}}]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "2"}]},
    ]
    assert _json(found, names.OUTPUT_MESSAGES) == [
        {"role": "assistant", "parts": [{"type": "text", "content": "Two."}], "finish_reason": "stop"}
    ]
    assert [event.name for event in view.events] == ["my.event"]


def test_openllmetry_call_with_numbered_messages() -> None:
    found = normalised(
        span(
            {
                "gen_ai.system": "Anthropic",
                "gen_ai.request.model": "claude-sonnet-4-5",
                "llm.request.type": "chat",
                "llm.is_streaming": True,
                "gen_ai.usage.prompt_tokens": 30,
                "gen_ai.usage.completion_tokens": 5,
                "llm.usage.total_tokens": 35,
                "gen_ai.openai.api_base": "https://llm.example.org:8443/v1/",
                "gen_ai.prompt.0.role": "system",
                "gen_ai.prompt.0.content": "Be kind.",
                "gen_ai.prompt.10.role": "user",
                "gen_ai.prompt.10.content": "last",
                "gen_ai.prompt.2.role": "user",
                "gen_ai.prompt.2.content": "first",
                "gen_ai.completion.0.role": "assistant",
                "gen_ai.completion.0.content": "Done",
                "gen_ai.completion.0.finish_reason": "end_turn",
                "llm.request.functions.0.name": "add",
                "llm.request.functions.0.parameters": "{}",
                "traceloop.association.properties.user_id": "ada",
            }
        )
    )
    content = content_of(span(found))
    assert found[names.OPERATION_NAME] == "chat"
    assert found[names.PROVIDER_NAME] == "anthropic"
    assert found[names.REQUEST_STREAM] is True
    assert (found[names.USAGE_INPUT_TOKENS], found[names.USAGE_OUTPUT_TOKENS]) == (30, 5)
    assert found[names.RESPONSE_FINISH_REASONS] == ("end_turn",)
    assert (found[names.SERVER_ADDRESS], found[names.SERVER_PORT]) == ("llm.example.org", 8443)
    assert found[names.USER_ID] == "ada"
    assert content.system_instructions == [{"type": "text", "content": "Be kind."}]
    assert [message["parts"] for message in content.input_messages] == [
        [{"type": "text", "content": "first"}],
        [{"type": "text", "content": "last"}],
    ]
    assert content.tool_definitions[0]["name"] == "add"
    assert not [key for key in found if key.startswith(("llm.", "gen_ai.prompt", "gen_ai.completion", "traceloop."))]


def test_openllmetry_chunk_events_become_the_pace_of_the_stream() -> None:
    times = (2, 3, 6)
    view = span(
        {**CHAT, "gen_ai.is_streaming": True, names.RESPONSE_FINISH_REASONS: ("stop",)},
        seconds=10,
        events=[EventView("gen_ai.content.completion.chunk", START + second * SECOND, {}) for second in times],
    )
    found = normalised(view)
    assert found[names.RESPONSE_TIME_TO_FIRST_CHUNK] == 2.0
    assert found[names.STREAM_CHUNKS] == 3
    assert found[names.STREAM_MAX_GAP] == 3.0
    assert view.chunk_gap == 2.0
    assert view.events == []


@pytest.mark.parametrize(
    ("kind", "operation", "named"),
    [
        ("workflow", "invoke_workflow", "gen_ai.workflow.name"),
        ("agent", "invoke_agent", names.AGENT_NAME),
        ("tool", "execute_tool", names.TOOL_NAME),
    ],
)
def test_openllmetry_decorators_are_no_calls(kind: str, operation: str, named: str) -> None:
    view = span({"traceloop.span.kind": kind, "traceloop.entity.name": "planner", "traceloop.entity.input": "go"})
    found = normalised(view)
    assert (found[names.OPERATION_NAME], found[named]) == (operation, "planner")
    assert not view.is_client_call
    assert names.OUTCOME not in found
    assert "traceloop.entity.input" not in found


def test_openllmetry_task_has_no_counterpart_and_stays() -> None:
    attributes: dict[str, AnyValue] = {"traceloop.span.kind": "task", "traceloop.entity.name": "step"}
    assert normalised(span(attributes)) == attributes


@pytest.mark.parametrize(
    ("kind", "operation"),
    [("CHAIN", "invoke_workflow"), ("AGENT", "invoke_agent"), ("TOOL", "execute_tool"), ("RETRIEVER", "retrieval")],
)
def test_openinference_container_keeps_its_sum_of_tokens_under_the_original_name(kind: str, operation: str) -> None:
    view = span({"openinference.span.kind": kind, "llm.token_count.prompt": 900, "input.value": "question"})
    found = normalised(view)
    assert found[names.OPERATION_NAME] == operation
    assert found["llm.token_count.prompt"] == 900
    assert names.USAGE_INPUT_TOKENS not in found
    assert "input.value" not in found
    assert not view.is_client_call


def test_openinference_retrieval_has_query_and_documents() -> None:
    found = normalised(
        span(
            {
                "openinference.span.kind": "RETRIEVER",
                "input.value": "returns",
                "retrieval.documents.0.document.id": "d1",
                "retrieval.documents.0.document.score": 0.5,
                "retrieval.documents.0.document.content": "30 days",
                "output.value": '{"documents": "again"}',
            }
        )
    )
    assert found["gen_ai.retrieval.query.text"] == "returns"
    assert _json(found, "gen_ai.retrieval.documents") == [{"id": "d1", "score": 0.5, "content": "30 days"}]
    assert "output.value" not in found


def test_openinference_call_without_messages_takes_input_and_output_as_text() -> None:
    found = normalised(
        span(
            {
                "openinference.span.kind": "LLM",
                "llm.model_name": "gpt-5-mini",
                "input.value": "What is 1 + 1?",
                "output.value": '{"answer": 2}',
            }
        )
    )
    assert found[names.PROVIDER_NAME] == "openai"
    assert found[names.RESPONSE_MODEL] == "gpt-5-mini"
    content = content_of(span(found))
    assert content.input_messages == [{"role": "user", "parts": [{"type": "text", "content": "What is 1 + 1?"}]}]
    assert content.output_messages == [{"role": "assistant", "parts": [{"type": "text", "content": '{"answer": 2}'}]}]


def test_openlit_adds_what_anthropic_served_from_its_cache() -> None:
    found = normalised(
        span(
            {
                **CHAT,
                names.PROVIDER_NAME: "anthropic",
                names.REQUEST_STREAM: False,
                names.USAGE_INPUT_TOKENS: 5000,
                names.USAGE_OUTPUT_TOKENS: 10,
                "gen_ai.client.token.usage": 5010,
                names.USAGE_CACHE_READ_TOKENS: 1000,
                "gen_ai.usage.cache_creation.input_tokens": 200,
            },
            scope="openlit.instrumentation.anthropic",
        )
    )
    assert found[names.USAGE_INPUT_TOKENS] == 6200
    assert normalised(span(found, scope="openlit.instrumentation.anthropic")) == found


def test_openlit_failure_without_attributes_is_a_call_all_the_same() -> None:
    error = "RateLimitError: Error code: 429 - {}"
    found = normalised(span({}, name="chat claude-sonnet-4-5", scope="openlit.instrumentation.anthropic", error=error))
    assert found == {
        names.OPERATION_NAME: "chat",
        names.PROVIDER_NAME: "anthropic",
        names.REQUEST_MODEL: "claude-sonnet-4-5",
        names.ERROR_TYPE: "429",
        names.OUTCOME: "rate_limit",
    }


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"input": 8}, (8, None, None)),
        ({"input": 70, "output": 9, "total": 79, "input_cached_tokens": 30}, (70, 9, 30)),
        ({"input": 40, "output": 9, "total": 79, "input_cached_tokens": 30}, (70, 9, 30)),
        ({"input": 40, "output": 9, "input_cache_read": 30}, (70, 9, 30)),
        ({"prompt_tokens": 70, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 30}}, (70, 9, 30)),
        ({"input_tokens": 40, "output_tokens": 9, "cache_read_input_tokens": 30}, (70, 9, 30)),
    ],
)
def test_langfuse_usage_is_inclusive_whatever_its_shape(
    usage: dict[str, object], expected: tuple[int | None, int | None, int | None]
) -> None:
    found = normalised(
        span({"langfuse.observation.type": "generation", "langfuse.observation.usage_details": json.dumps(usage)})
    )
    counts = (names.USAGE_INPUT_TOKENS, names.USAGE_OUTPUT_TOKENS, names.USAGE_CACHE_READ_TOKENS)
    assert tuple(found.get(name) for name in counts) == expected


def test_langfuse_stream_has_a_first_chunk() -> None:
    found = normalised(
        span(
            {
                "langfuse.observation.type": "generation",
                "langfuse.observation.model.name": "claude-opus-4-1",
                "langfuse.observation.output": "Hi",
                "langfuse.observation.completion_start_time": '"2023-11-14T22:13:20.250000Z"',
                "langfuse.observation.metadata.finish_reason": '"stop"',
                "langfuse.observation.metadata.id": '"order-17"',
            }
        )
    )
    assert found[names.RESPONSE_TIME_TO_FIRST_CHUNK] == 0.25
    assert found[names.REQUEST_STREAM] is True
    assert found[names.PROVIDER_NAME] == "anthropic"
    assert found["langfuse.observation.metadata.id"] == '"order-17"'


def test_langfuse_span_that_is_no_call_stays() -> None:
    attributes: dict[str, AnyValue] = {"langfuse.observation.type": "span", "langfuse.observation.input": "x"}
    assert normalised(span(attributes)) == attributes


def test_logfire_stream_is_one_call_with_the_length_of_the_stream() -> None:
    shared: dict[str, AnyValue] = {**CHAT, "gen_ai.system": "openai", "request_data": '{"model": "gpt-5-mini"}'}
    request = span({**shared, "logfire.span_type": "span"}, scope="logfire.openai", kind=SpanKind.CLIENT)
    log = span(
        {**shared, "logfire.span_type": "log", "duration": 1.5, names.RESPONSE_ID: "r", "gen_ai.usage.raw": "{}"},
        scope="logfire.openai",
        seconds=0,
    )
    log.start_ns = log.end_ns = START + 2 * SECOND
    for view in (request, log):
        NormaliseStep()(view)
    assert [request.is_client_call, log.is_client_call] == [False, True]
    assert request.attributes[names.OPERATION_NAME] == "open_stream"
    assert log.attributes[names.REQUEST_STREAM] is True
    assert log.duration_s == 1.5


def test_logfire_before_4_has_request_and_response_data() -> None:
    found = normalised(
        span(
            {
                "gen_ai.system": "openai",
                "gen_ai.request.model": "gpt-5-mini",
                "logfire.span_type": "span",
                "request_data": '{"model": "gpt-5-mini", "messages": [{"role": "user", "content": "Hi"}], "seed": 7}',
                "response_data": '{"message": {"content": "Hello"}, "usage": {"prompt_tokens": 4}}',
            },
            scope="logfire.openai",
        )
    )
    assert found[names.USAGE_INPUT_TOKENS] == 4
    assert found[names.REQUEST_SEED] == 7
    assert _json(found, names.INPUT_MESSAGES) == [{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}]
    assert not {"request_data", "response_data", "gen_ai.system"} & found.keys()


def test_vercel_call_inside_a_generation_is_the_only_call() -> None:
    outer = span({"ai.operationId": "ai.generateText", "ai.usage.promptTokens": 40, "ai.prompt": '{"prompt": "Hi"}'})
    inner = span(
        {
            "ai.operationId": "ai.streamText.doStream",
            "ai.model.id": "gpt-5-mini",
            "ai.model.provider": "openai.responses",
            "ai.usage.inputTokens": 40,
            "ai.usage.cachedInputTokens": 30,
            "ai.response.msToFirstChunk": 250,
            "ai.response.finishReason": "content-filter",
            "ai.prompt.messages": '[{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]',
            "ai.response.text": "Hello",
            "ai.response.toolCalls": '[{"toolCallId": "c", "toolName": "add", "args": "{}"}]',
        }
    )
    outside, inside = normalised(outer), normalised(inner)
    assert [outer.is_client_call, inner.is_client_call] == [False, True]
    assert outside["ai.usage.promptTokens"] == 40
    assert names.USAGE_INPUT_TOKENS not in outside
    assert (inside[names.USAGE_INPUT_TOKENS], inside[names.USAGE_CACHE_READ_TOKENS]) == (40, 30)
    assert inside[names.PROVIDER_NAME] == "openai"
    assert inside[names.RESPONSE_TIME_TO_FIRST_CHUNK] == 0.25
    assert inside[names.OUTCOME] == "content_filter"
    assert _json(inside, names.OUTPUT_MESSAGES) == [
        {
            "role": "assistant",
            "parts": [
                {"type": "text", "content": "Hello"},
                {"type": "tool_call", "id": "c", "name": "add", "arguments": {}},
            ],
        }
    ]
    assert not [key for key in inside if key.startswith("ai.")]


def test_anthropic_sdk_says_why_the_model_stopped_and_what_it_stored_for_an_hour() -> None:
    found = normalised(
        span(
            {
                **CHAT,
                "anthropic.message.stop_reason": "max_tokens",
                "anthropic.usage.cache_creation.ephemeral_1h_input_tokens": 50,
            },
            scope="com.anthropic.sdk.python",
            status=StatusCode.OK,
        )
    )
    assert found[names.RESPONSE_FINISH_REASONS] == ("max_tokens",)
    assert found[names.USAGE_CACHE_WRITE_1H_TOKENS] == 50
    assert found[names.OUTCOME] == "truncated"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"in": 40, "out": 9, "read": 30, "write": 20}, 90),
        ({"in": 100, "out": 9, "read": 30, "write": 20, "total": 159}, 150),
        ({"in": 100, "out": 9, "read": 30, "write": 20, "total": 109}, 100),
        ({"in": 100, "out": 9, "read": 30, "write": 20}, 100),
    ],
)
def test_input_is_made_inclusive_only_on_evidence(given: dict[str, int], expected: int) -> None:
    written = {
        "in": names.USAGE_INPUT_TOKENS,
        "out": names.USAGE_OUTPUT_TOKENS,
        "read": names.USAGE_CACHE_READ_TOKENS,
        "write": names.USAGE_CACHE_WRITE_TOKENS,
        "total": "gen_ai.usage.total_tokens",
    }
    found = normalised(span({**CHAT, **{written[key]: tokens for key, tokens in given.items()}}))
    assert found[names.USAGE_INPUT_TOKENS] == expected
    assert "gen_ai.usage.total_tokens" not in found


def test_counts_from_the_wire_replace_an_emitters_wrong_ones() -> None:
    wire = Inference("chat", "anthropic", usage=Usage(input_tokens=1300, output_tokens=340, cache_read_tokens=1024))
    found = normalised(span({**CHAT, "gen_ai.usage.completion_tokens": 341}, scope="other", inference=wire))
    assert found[names.USAGE_OUTPUT_TOKENS] == 340
    assert found[names.USAGE_INPUT_TOKENS] == 1300


def test_estimated_counts_from_the_wire_replace_nothing() -> None:
    wire = Inference("chat", "openai", usage=Usage(input_tokens=9, output_tokens=9, estimated=True))
    assert normalised(span({**CHAT, names.USAGE_OUTPUT_TOKENS: 341}, inference=wire))[names.USAGE_OUTPUT_TOKENS] == 341


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("OpenAI", "openai"),
        ("azure", "azure.ai.openai"),
        ("AWS", "aws.bedrock"),
        ("vertex_ai", "gcp.vertex_ai"),
        ("google.generative-ai", "gcp.gemini"),
        ("mistralai", "mistral_ai"),
        ("xai", "x_ai"),
        ("aws.bedrock", "aws.bedrock"),
        ("anthropic.messages", "anthropic"),
        ("Acme", "Acme"),
    ],
)
def test_provider_is_spelled_as_in_the_conventions(given: str, expected: str) -> None:
    assert normalised(span({**CHAT, names.PROVIDER_NAME: given}))[names.PROVIDER_NAME] == expected


def test_framework_is_no_provider_where_the_model_says_who_it_is() -> None:
    attributes: dict[str, AnyValue] = {"gen_ai.system": "Langchain", names.REQUEST_MODEL: "claude-sonnet-4-5"}
    assert normalised(span(attributes))[names.PROVIDER_NAME] == "anthropic"


MALFORMED: tuple[AnyValue, ...] = (
    *(True, -1, 1.5, float("nan"), 10**30),
    *("", "x", "[", "[[[]]]", '{"a": {}}', "[" * 5000, '"2026-99-99"', "http://[x"),
    *((), (1,), {}, {"a": None}, [{"role": {}}]),
)
_BASES: tuple[dict[str, AnyValue], ...] = (
    {},
    {names.OPERATION_NAME: "chat"},
    {"openinference.span.kind": "LLM"},
    {"openinference.span.kind": "RETRIEVER"},
    {"langfuse.observation.type": "generation"},
    {"langfuse.observation.type": "tool"},
    {"ai.operationId": "ai.streamText.doStream"},
    {"traceloop.span.kind": "agent", "logfire.span_type": "log"},
)
_EVENTS = ("gen_ai.user.message", "gen_ai.choice", "gen_ai.content.prompt", "First Token Stream Event")


@pytest.mark.parametrize("value", MALFORMED, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("base", _BASES, ids=str)
@pytest.mark.parametrize("scope", ["openlit.instrumentation.x", "logfire.openai"])
def test_values_of_a_wrong_type_raise_nothing(base: dict[str, AnyValue], value: AnyValue, scope: str) -> None:
    marks = {mark for dialect in DIALECTS for mark in dialect.marks}
    view = span({**dict.fromkeys(marks | _EVERY_KEY, value), **base}, scope=scope)
    view.events = [EventView(name, START, {"content": value, "message": value}) for name in _EVENTS]
    NormaliseStep()(view)
    content_of(view)
    assert (view.name, view.start_ns) == ("call", START)


_EVERY_KEY = frozenset(
    {
        *(row.source for row in (*openinference.ROWS, *openinference.CALL_ROWS, *langfuse.ROWS, *langfuse.CALL_ROWS)),
        *(row.source for row in (*vercel.ROWS, *vercel.CALL_ROWS, *conventions.ROWS, *openlit.STREAM_ROWS)),
        "ai.prompt",
        "ai.prompt.messages",
        "ai.prompt.tools",
        "ai.response.toolCalls",
        "ai.usage.inputTokens",
        "ai.value",
        "duration",
        "embedding.embeddings.0.embedding.text",
        "events",
        "gen_ai.completion",
        "gen_ai.prompt",
        "gen_ai.prompt.0.content",
        "gen_ai.prompt.0.tool_calls",
        "gen_ai.prompt.99999999999999999999.role",
        "input.value",
        "langfuse.observation.completion_start_time",
        "langfuse.observation.input",
        "langfuse.observation.model.parameters",
        "langfuse.observation.output",
        "langfuse.observation.usage_details",
        "llm.input_messages.0.message",
        "llm.input_messages.0.message.contents.0.message_content",
        "llm.invocation_parameters",
        "llm.output_messages.0",
        "llm.token_count.prompt",
        "llm.tools.0.tool.json_schema",
        "output.value",
        names.INPUT_MESSAGES,
        names.OUTPUT_MESSAGES,
        names.REQUEST_MAX_TOKENS,
        names.REQUEST_STREAM,
        names.RESPONSE_FINISH_REASONS,
        names.SYSTEM_INSTRUCTIONS,
        names.TOOL_DEFINITIONS,
        names.USAGE_CACHE_READ_TOKENS,
        names.USAGE_INPUT_TOKENS,
    }
)


def test_count_of_a_wrong_type_is_left_where_it_is() -> None:
    found = normalised(span({**CHAT, "gen_ai.usage.prompt_tokens": "many"}))
    assert found["gen_ai.usage.prompt_tokens"] == "many"
    assert names.USAGE_INPUT_TOKENS not in found


def test_lone_surrogate_in_json_can_be_encoded() -> None:
    found = normalised(span({**CHAT, "gen_ai.prompt": '[{"role": "user", "content": "\\ud800"}]'}))
    assert str(found[names.INPUT_MESSAGES]).encode("utf-8")


def test_every_dialect_is_reached_through_a_mark_of_genai_or_a_scope() -> None:
    """All others but Logfire's, which has the conventions' names as well."""
    alone = {dialect.name for dialect in DIALECTS if dialect.scope is None and not dialect.marks & GENAI_MARKS}
    assert alone == {"logfire"}
