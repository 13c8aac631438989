"""OpenAI responses: status, items, streams that end early, parameters."""

from __future__ import annotations

import pytest

from spanwise.core.inference import Outcome, Usage
from unit.wire_examples import (
    ASK_RESPONSES,
    RESPONSES,
    Json,
    parts,
    read,
    read_stream,
    response_message,
    responses,
    said,
    sse,
)

CALL: Json = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "height",
    "arguments": '{"of": "Fuji"}',
}
REFUSED: Json = {"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "I cannot."}]}


@pytest.mark.parametrize(
    ("response", "finish", "outcome"),
    [
        (responses(response_message("Yes.")), ["stop"], "ok"),
        (responses(CALL), ["tool_calls"], "ok"),
        (responses({**CALL, "arguments": "{"}), ["tool_calls"], "malformed_output"),
        (responses({"type": "custom_tool_call", "call_id": "c", "name": "sh", "input": "{"}), ["tool_calls"], "ok"),
        (responses({"type": "computer_call", "call_id": "c", "action": {"type": "click"}}), ["tool_calls"], "ok"),
        (responses({"type": "web_search_call", "id": "ws"}, response_message("Yes.")), ["stop"], "ok"),
        (responses(REFUSED), ["stop"], "refusal"),
        (responses(), ["stop"], "empty"),
        (
            responses(response_message("Ye"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
            ["max_output_tokens"],
            "truncated",
        ),
        (
            responses(status="incomplete", incomplete_details={"reason": "content_filter"}),
            ["content_filter"],
            "content_filter",
        ),
        (responses(status="incomplete", incomplete_details=None), ["incomplete"], "truncated"),
        (responses(status="queued", usage=None), [], "ok"),
    ],
)
def test_status_and_items_make_the_outcome(response: Json, finish: list[str], outcome: Outcome) -> None:
    inference = read(RESPONSES, ASK_RESPONSES, body=response)
    assert (inference.finish_reasons, inference.outcome, inference.error_type) == (finish, outcome, None)


def test_a_failed_response_is_an_error() -> None:
    failed = responses(status="failed", error={"code": "server_error", "message": "Lost."}, usage=None)
    raw = sse({"type": "response.created", "response": {}}, {"type": "response.failed", "response": failed}, named=True)
    for inference in (read(RESPONSES, ASK_RESPONSES, body=failed), read_stream(RESPONSES, ASK_RESPONSES, raw)):
        assert (inference.error_type, inference.outcome) == ("server_error", "unavailable")
        assert inference.error_message == "Lost."
        assert not inference.usage.estimated


def test_an_error_event_ends_the_stream() -> None:
    event = {"type": "error", "code": "rate_limit_exceeded", "message": "Slow down.", "param": None}
    inference = read_stream(RESPONSES, ASK_RESPONSES, sse(event, named=True))
    assert (inference.error_type, inference.outcome) == ("rate_limit_exceeded", "rate_limit")


def test_usage_has_its_parts() -> None:
    usage = {
        "input_tokens": 100,
        "output_tokens": 50,
        "input_tokens_details": {"cached_tokens": 64},
        "output_tokens_details": {"reasoning_tokens": 30},
    }
    inference = read(RESPONSES, ASK_RESPONSES, body=responses(response_message("Yes."), usage=usage))
    assert inference.usage == Usage(input_tokens=100, output_tokens=50, cache_read_tokens=64, reasoning_tokens=30)


def test_a_stream_left_early_tells_what_had_come() -> None:
    raw = sse(
        {"type": "response.created", "response": responses(status="in_progress", usage=None)},
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "reasoning", "summary": []}},
        {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "Hm."},
        {"type": "response.output_item.added", "output_index": 1, "item": {"type": "message", "content": []}},
        {"type": "response.output_text.delta", "output_index": 1, "delta": "In "},
        {"type": "response.output_text.delta", "output_index": 1, "delta": "Japan"},
        {"type": "response.output_item.added", "output_index": 2, "item": {**CALL, "arguments": ""}},
        {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": '{"of": "Fuji"}'},
        named=True,
    )
    inference = read_stream(RESPONSES, ASK_RESPONSES, raw, stream_end="abandoned")
    assert (inference.response_id, inference.outcome, inference.error_type) == ("resp_1", "abandoned", None)
    assert inference.usage.estimated
    assert parts(inference.content.output_messages) == [
        {"type": "reasoning", "content": "Hm."},
        {"type": "text", "content": "In Japan"},
        {"type": "tool_call", "id": "call_1", "name": "height", "arguments": {"of": "Fuji"}},
    ]


def test_the_last_event_tells_everything_about_a_long_stream() -> None:
    deltas: list[Json] = [{"type": "response.output_text.delta", "output_index": 0, "delta": "x"}] * 300
    end = {"type": "response.completed", "response": responses(CALL)}
    for content in (True, False):
        inference = read_stream(RESPONSES, ASK_RESPONSES, sse(*deltas, end, named=True), want_content=content)
        assert (inference.finish_reasons, inference.usage.input_tokens) == (["tool_calls"], 13)
        assert bool(parts(inference.content.output_messages)) is content


def test_a_large_image_in_the_last_event_hides_no_usage() -> None:
    image = {"type": "image_generation_call", "id": "ig_1", "result": "QUJD" * 600_000}
    end = {"type": "response.completed", "response": responses(image)}
    inference = read(RESPONSES, ASK_RESPONSES, chunks=[sse(end, named=True)], response_headers={})
    assert (inference.response_id, inference.usage.input_tokens, inference.unparsed) == ("resp_1", 13, "oversize")


def test_items_of_the_output_become_parts() -> None:
    output: list[Json] = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}], "encrypted_content": "abc"},
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "Fuji"}},
        {"type": "mcp_call", "id": "mcp_1", "name": "roll", "server_label": "dice", "arguments": "{}", "output": "4"},
        {"type": "image_generation_call", "id": "ig_1", "result": "QUJD", "output_format": "webp"},
        {"type": "novelty", "x": 1},
        response_message("Yes."),
    ]
    found = parts(read(RESPONSES, ASK_RESPONSES, body=responses(*output)).content.output_messages)
    assert [part["type"] for part in found] == [
        "reasoning",
        "server_tool_call",
        "server_tool_call",
        "tool_call_response",
        "blob",
        "generic",
        "text",
    ]
    assert found[4] == {"type": "blob", "modality": "image", "mime_type": "image/webp", "content": "", "byte_length": 3}


def test_input_items_become_messages() -> None:
    request: Json = {
        "model": "m",
        "instructions": "Be brief.",
        "input": [
            {"role": "developer", "content": "Be kind."},
            {
                "role": "user",
                "content": [{"type": "input_text", "text": "Hi"}, {"type": "input_image", "file_id": "f"}],
            },
            CALL,
            {"type": "function_call_output", "call_id": "call_1", "output": "3776"},
        ],
        "tools": [{"type": "function", "name": "height", "parameters": {}}, {"type": "web_search"}],
    }
    content = read(RESPONSES, request, body=responses(response_message("Yes."))).content
    assert [part["content"] for part in content.system_instructions] == ["Be brief.", "Be kind."]
    assert [message["role"] for message in content.input_messages] == ["user", "assistant", "tool"]
    assert said(content.input_messages) == "Hi"
    assert parts(content.input_messages)[-1] == {"type": "tool_call_response", "id": "call_1", "response": "3776"}
    assert content.tool_definitions == [{"type": "function", "name": "height"}, {"type": "web_search"}]


def test_request_parameters_have_the_conventions_names() -> None:
    request = {
        **ASK_RESPONSES,
        "max_output_tokens": 50,
        "reasoning": {"effort": "high"},
        "previous_response_id": "resp_0",
        "conversation": {"id": "conv_1"},
        "prompt": {"id": "pmpt_1", "version": "2"},
        "text": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
        "safety_identifier": "u",
    }
    inference = read(RESPONSES, request, body=responses(response_message("{}"), service_tier="default"))
    assert inference.attributes == {
        "openai.api.type": "responses",
        "gen_ai.request.max_tokens": 50,
        "gen_ai.request.reasoning.level": "high",
        "gen_ai.request.previous_response.id": "resp_0",
        "gen_ai.conversation.id": "conv_1",
        "gen_ai.prompt.name": "pmpt_1",
        "gen_ai.prompt.version": "2",
        "gen_ai.output.type": "json",
        "user.id": "u",
        "openai.response.service_tier": "default",
    }
    assert inference.outcome == "ok"
