"""Messages of any provider become messages of the conventions; `content_of` reads them back."""

from __future__ import annotations

import json

import pytest
from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Content
from spanwise.processors.dialects.messages import messages
from spanwise.processors.normalise import NormaliseStep, content_of
from spanwise.semconv import attributes as names
from unit.foreign_spans import span


def _said(content: str) -> AnyValue:
    return {"type": "text", "content": content}


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ({"role": "user", "content": "Hi"}, [_said("Hi")]),
        ({"role": "user", "content": [{"type": "text", "text": "Hi"}, "there"]}, [_said("Hi"), _said("there")]),
        ({"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}, [_said("Hi")]),
        ({"role": "assistant", "content": None, "refusal": "No."}, [_said("No.")]),
        ({"role": "assistant", "parts": [{"type": "text", "content": "Hi"}]}, [_said("Hi")]),
        (
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm"}]},
            [{"type": "reasoning", "content": "Hm"}],
        ),
        (
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "a"}, {"text": "b"}]},
            [{"type": "reasoning", "content": "a\nb"}],
        ),
        (
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "add", "input": {"a": 1}}]},
            [{"type": "tool_call", "id": "t", "name": "add", "arguments": {"a": 1}}],
        ),
        (
            {"type": "function_call", "id": "fc", "call_id": "c", "name": "add", "arguments": '{"a": 1}'},
            [{"type": "tool_call", "id": "c", "name": "add", "arguments": {"a": 1}}],
        ),
        (
            {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "add", "arguments": "{a"}}]},
            [{"type": "tool_call", "id": "c", "name": "add", "arguments": "{a"}],
        ),
        (
            {"role": "tool", "tool_call_id": "c", "content": "2"},
            [{"type": "tool_call_response", "id": "c", "response": "2"}],
        ),
        (
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": [{"text": "2"}]}]},
            [{"type": "tool_call_response", "id": "t", "response": [{"text": "2"}]}],
        ),
        (
            {"type": "function_call_output", "call_id": "c", "output": "2"},
            [{"type": "tool_call_response", "id": "c", "response": "2"}],
        ),
        (
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/y.png"}}]},
            [{"type": "uri", "modality": "image", "uri": "https://x/y.png"}],
        ),
        (
            {"role": "user", "content": [{"type": "video", "frames": 2}]},
            [{"type": "generic", "generic_type": "video", "content": {"type": "video", "frames": 2}}],
        ),
    ],
)
def test_parts_of_every_provider(raw: object, parts: list[AnyValue]) -> None:
    assert [message["parts"] for message in messages(raw, "user")] == [parts]


def test_content_is_read_from_json_and_from_structures_alike() -> None:
    asked: list[AnyValue] = [
        {"role": "system", "parts": [_said("Be brief.")]},
        {"role": "user", "parts": [_said("Hi")]},
    ]
    said: list[AnyValue] = [{"role": "assistant", "parts": [_said("Hello")], "finish_reason": "stop"}]
    told: list[AnyValue] = [_said("Be brief.")]
    tool: AnyValue = {"type": "function", "name": "add"}
    structured: dict[str, AnyValue] = {
        names.INPUT_MESSAGES: asked,
        names.OUTPUT_MESSAGES: said,
        names.SYSTEM_INSTRUCTIONS: told,
        names.TOOL_DEFINITIONS: [tool],
    }
    expected = Content(
        system_instructions=[{"type": "text", "content": "Be brief."}],
        input_messages=[{"role": "user", "parts": [_said("Hi")]}],
        output_messages=[{"role": "assistant", "parts": [_said("Hello")], "finish_reason": "stop"}],
        tool_definitions=[{"type": "function", "name": "add"}],
    )
    assert content_of(span(structured)) == expected
    assert content_of(span({name: json.dumps(value) for name, value in structured.items()})) == expected


def test_plain_text_and_json_that_is_no_message_are_text() -> None:
    content = content_of(
        span(
            {
                names.INPUT_MESSAGES: "Hi",
                names.OUTPUT_MESSAGES: '{"city": "Paris"}',
                names.SYSTEM_INSTRUCTIONS: "Be brief.",
            }
        )
    )
    assert content.system_instructions == [_said("Be brief.")]
    assert content.input_messages == [{"role": "user", "parts": [_said("Hi")]}]
    assert content.output_messages == [{"role": "assistant", "parts": [_said('{"city": "Paris"}')]}]


def test_span_without_content_has_empty_content() -> None:
    assert content_of(span({names.OPERATION_NAME: "chat"})) == Content()


@pytest.mark.parametrize("depth", [100, 500, 985, 990, 1000, 100_000])
def test_json_of_any_depth_raises_nothing(depth: int) -> None:
    for opened, closed in (("[", "]"), ('{"a":', "}")):
        deep = opened * depth + "1" + closed * depth
        raw = '[{"role": "user", "content": [{"type": "tool_use", "input": ' + deep + "}]}]"
        for name in ("gen_ai.prompt", names.INPUT_MESSAGES, names.TOOL_DEFINITIONS, names.SYSTEM_INSTRUCTIONS):
            view = span({names.OPERATION_NAME: "chat", name: raw})
            NormaliseStep()(view)
            content = content_of(view)
            assert bool(content.input_messages) or depth > 500 or name not in ("gen_ai.prompt", names.INPUT_MESSAGES)
