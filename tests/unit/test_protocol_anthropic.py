"""Anthropic messages: inclusive usage, content blocks, streams that end early, parameters."""

from __future__ import annotations

import pytest

from spanwise.core.inference import Outcome, Usage
from unit.wire_examples import (
    ASK_CLAUDE,
    MESSAGES,
    Json,
    claude,
    claude_block,
    claude_end,
    claude_start,
    parts,
    read,
    read_stream,
    sse,
    text_deltas,
)

TEXT: Json = {"type": "text", "text": ""}
LONG = "It stands between Yamanashi and Shizuoka, some hundred kilometres west of Tokyo. "


def test_input_includes_what_the_cache_served_and_stored() -> None:
    usage = {
        "input_tokens": 10,
        "cache_read_input_tokens": 200,
        "cache_creation_input_tokens": 30,
        "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 10},
        "output_tokens": 5,
        "service_tier": "standard",
    }
    inference = read(MESSAGES, ASK_CLAUDE, body=claude({"type": "text", "text": "Yes."}, usage=usage))
    assert inference.usage == Usage(
        input_tokens=240, output_tokens=5, cache_read_tokens=200, cache_write_tokens=30, cache_write_1h_tokens=10
    )
    assert inference.attributes["anthropic.response.service_tier"] == "standard"


def test_later_counts_of_a_stream_replace_earlier_ones() -> None:
    raw = sse(
        claude_start(cache_read_input_tokens=100, cache_creation_input_tokens=0),
        *claude_block(0, TEXT, *text_deltas("Yes.")),
        *claude_end(input_tokens=20, cache_read_input_tokens=None, output_tokens=42),
        named=True,
    )
    usage = read_stream(MESSAGES, ASK_CLAUDE, raw).usage
    assert usage == Usage(input_tokens=120, output_tokens=42, cache_read_tokens=100, cache_write_tokens=0)


def test_a_stream_of_blocks_is_put_together() -> None:
    tool: Json = {"type": "tool_use", "id": "toolu_1", "name": "height", "input": {}}
    raw = sse(
        claude_start(),
        *claude_block(
            0,
            {"type": "thinking", "thinking": "", "signature": ""},
            {"type": "thinking_delta", "thinking": "A "},
            {"type": "thinking_delta", "thinking": "cone."},
            {"type": "signature_delta", "signature": "abc"},
        ),
        {"type": "ping"},
        *claude_block(1, TEXT, *text_deltas("Let me ", "look.")),
        *claude_block(
            2,
            tool,
            {"type": "input_json_delta", "partial_json": ""},
            {"type": "input_json_delta", "partial_json": '{"of": "Fu'},
            {"type": "input_json_delta", "partial_json": 'ji"}'},
        ),
        *claude_block(3, {**tool, "id": "toolu_2"}),
        *claude_end("tool_use"),
        named=True,
    )
    inference = read_stream(MESSAGES, ASK_CLAUDE, raw)
    assert (inference.finish_reasons, inference.outcome) == (["tool_use"], "ok")
    assert parts(inference.content.output_messages) == [
        {"type": "reasoning", "content": "A cone."},
        {"type": "text", "content": "Let me look."},
        {"type": "tool_call", "id": "toolu_1", "name": "height", "arguments": {"of": "Fuji"}},
        {"type": "tool_call", "id": "toolu_2", "name": "height", "arguments": {}},
    ]


def test_an_abandoned_stream_has_real_input_and_estimated_output() -> None:
    raw = sse(claude_start(cache_read_input_tokens=100), *claude_block(0, TEXT, *text_deltas(LONG, LONG)), named=True)
    inference = read_stream(MESSAGES, ASK_CLAUDE, raw, stream_end="abandoned")
    assert (inference.usage.input_tokens, inference.usage.estimated, inference.outcome) == (113, True, "abandoned")
    assert inference.usage.output_tokens is not None
    assert 20 <= inference.usage.output_tokens <= 60


def test_counts_of_a_stream_left_before_its_text_are_estimates() -> None:
    inference = read_stream(MESSAGES, ASK_CLAUDE, sse(claude_start(), named=True), stream_end="abandoned")
    assert inference.usage == Usage(input_tokens=13, output_tokens=1, estimated=True)


def test_an_error_event_ends_the_stream() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    raw = sse(claude_start(), *claude_block(0, TEXT, *text_deltas(LONG)), error, named=True)
    inference = read_stream(MESSAGES, ASK_CLAUDE, raw)
    assert (inference.error_type, inference.outcome) == ("overloaded_error", "unavailable")
    assert inference.error_message == "Overloaded"
    assert inference.usage.estimated


@pytest.mark.parametrize(
    ("stop", "outcome"),
    [
        ("end_turn", "ok"),
        ("stop_sequence", "ok"),
        ("pause_turn", "ok"),
        ("max_tokens", "truncated"),
        ("model_context_window_exceeded", "truncated"),
        ("refusal", "refusal"),
    ],
)
def test_stop_reasons_make_the_outcome(stop: str, outcome: Outcome) -> None:
    inference = read(MESSAGES, ASK_CLAUDE, body=claude({"type": "text", "text": "Yes."}, stop=stop))
    assert (inference.finish_reasons, inference.outcome, inference.error_type) == ([stop], outcome, None)


def test_no_block_at_all_is_empty() -> None:
    assert read(MESSAGES, ASK_CLAUDE, body=claude()).outcome == "empty"


def test_content_follows_the_conventions() -> None:
    picture = {"type": "base64", "media_type": "image/png", "data": "QUJDRA=="}
    request = {
        "model": "m",
        "max_tokens": 9,
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": picture},
                    {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
                    {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
                    {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "3776"}]},
                    {"type": "tool_result", "tool_use_id": "u", "content": [{"type": "image", "source": picture}]},
                    {"type": "novelty", "x": 1},
                ],
            }
        ],
        "tools": [
            {"name": "height", "description": "Of a mountain.", "input_schema": {"type": "object"}},
            {"type": "web_search_20250305", "name": "web_search"},
        ],
    }
    output: list[Json] = [
        {"type": "redacted_thinking", "data": "abc"},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "Fuji"}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": [{"type": "web_search_result", "url": "u"}]},
        {"type": "text", "text": "Yes."},
    ]
    content = read(MESSAGES, request, body=claude(*output)).content
    blob = {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "", "byte_length": 4}
    assert content.system_instructions == [{"type": "text", "content": "Be brief."}]
    assert parts(content.input_messages) == [
        blob,
        {"type": "uri", "modality": "image", "mime_type": None, "uri": "https://example.com/a.png"},
        {"type": "file", "modality": "document", "mime_type": None, "file_id": "file_1"},
        {"type": "tool_call_response", "id": "t", "response": "3776"},
        {"type": "tool_call_response", "id": "u", "response": [blob]},
        {"type": "generic", "generic_type": "novelty", "content": {"type": "novelty", "x": 1}},
    ]
    assert [part["type"] for part in parts(content.output_messages)] == [
        "reasoning",
        "server_tool_call",
        "server_tool_call_response",
        "text",
    ]
    assert content.tool_definitions == [
        {"type": "function", "name": "height", "description": "Of a mountain.", "parameters": {"type": "object"}},
        {"type": "web_search_20250305", "name": "web_search"},
    ]


def test_request_parameters_have_the_conventions_names() -> None:
    request = {
        **ASK_CLAUDE,
        "temperature": 0.5,
        "top_k": 40,
        "stop_sequences": ["END"],
        "stream": True,
        "metadata": {"user_id": "u"},
        "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}}},
    }
    inference = read(MESSAGES, request, body=claude({"type": "text", "text": "no JSON"}))
    assert inference.attributes == {
        "gen_ai.request.max_tokens": 100,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.top_k": 40,
        "gen_ai.request.stop_sequences": ["END"],
        "gen_ai.request.stream": True,
        "user.id": "u",
        "gen_ai.request.reasoning.level": "low",
        "gen_ai.output.type": "json",
    }
    assert inference.outcome == "malformed_output"
