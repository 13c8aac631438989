"""Chat completions, legacy completions and embeddings: usage, outcomes, content, parameters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spanwise.core.inference import Inference, Outcome, Usage
from unit.wire_examples import (
    ASK,
    CHAT,
    COMPLETIONS,
    EMBEDDINGS,
    USAGE,
    Json,
    chat,
    chunk,
    parts,
    read,
    read_stream,
    said,
    sse,
    usage_chunk,
)

GROQ = ("api.groq.com", "/openai/v1/chat/completions")
TOOL: Json = {
    "type": "function",
    "function": {"name": "height", "description": "Of a mountain.", "parameters": {"type": "object"}},
}
SCHEMA: Json = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "metres": {"type": "integer"}},
    "required": ["name", "metres"],
}


def asking(**more: Any) -> Json:
    return {**ASK, **more}


def call(number: int, arguments: str, name: str | None = None, **more: Any) -> Json:
    return {"index": number, "function": {"name": name, "arguments": arguments}, **more}


def with_usage(**usage: Any) -> Usage:
    return read(CHAT, ASK, body=chat({"content": "Yes."}, usage={**USAGE, **usage})).usage


def test_usage_has_every_part_that_the_wire_has() -> None:
    usage = with_usage(
        prompt_tokens_details={"cached_tokens": 8, "audio_tokens": 2, "image_tokens": 1, "cache_write_tokens": 3},
        completion_tokens_details={"reasoning_tokens": 4, "audio_tokens": 1},
    )
    assert usage == Usage(
        input_tokens=13,
        output_tokens=5,
        cache_read_tokens=8,
        cache_write_tokens=3,
        reasoning_tokens=4,
        input_audio_tokens=2,
        output_audio_tokens=1,
        input_image_tokens=1,
    )


def test_zero_and_unknown_are_told_apart() -> None:
    assert with_usage(prompt_tokens_details={"cached_tokens": 0}).cache_read_tokens == 0
    assert with_usage(prompt_tokens_details=None).cache_read_tokens is None


def test_cached_tokens_have_other_names_elsewhere() -> None:
    assert with_usage(prompt_cache_hit_tokens=7).cache_read_tokens == 7
    assert with_usage(cached_tokens=6).cache_read_tokens == 6


def test_reasoning_beside_the_completion_is_added_to_the_output() -> None:
    beside = with_usage(total_tokens=28, completion_tokens_details={"reasoning_tokens": 10})
    within = with_usage(total_tokens=18, completion_tokens_details={"reasoning_tokens": 4})
    assert (beside.output_tokens, within.output_tokens) == (15, 5)


def test_usage_of_groq_is_in_its_own_place() -> None:
    last = {**chunk({}, finish="stop"), "x_groq": {"id": "req_1", "usage": {**USAGE, "queue_time": 0.1}}}
    inference = read_stream(GROQ, ASK, sse(chunk({"content": "Yes."}), last))
    assert (inference.provider, inference.usage.input_tokens, inference.usage.output_tokens) == ("groq", 13, 5)


def test_usage_may_come_before_the_end_of_a_stream() -> None:
    raw = sse(chunk({"content": "Y"}), usage_chunk(), chunk({"content": "es."}), chunk({}, finish="stop"))
    assert read_stream(CHAT, ASK, raw).usage == Usage(input_tokens=13, output_tokens=5)


def test_a_stream_without_usage_is_estimated_from_its_text() -> None:
    raw = sse(chunk({"content": "It is between Yamanashi and Shizuoka, west of Tokyo."}), chunk({}, finish="stop"))
    usage = read_stream(CHAT, asking(stream=True), raw).usage
    assert usage.estimated
    assert usage.output_tokens is not None
    assert usage.input_tokens is not None
    assert 8 <= usage.output_tokens <= 18
    assert 6 <= usage.input_tokens <= 14


def test_estimation_does_not_depend_on_whether_content_is_wanted() -> None:
    raw = sse(chunk({"content": "In Japan."}), chunk({}, finish="stop"))
    wanted, unwanted = (read_stream(CHAT, ASK, raw, want_content=wanted) for wanted in (True, False))
    assert wanted.usage == unwanted.usage


def test_choices_of_a_stream_are_told_apart_and_in_order() -> None:
    raw = sse(
        chunk({"content": "Two"}, index=1),
        chunk({"content": "One"}, index=0),
        chunk({"content": "s"}, index=1),
        chunk({}, finish="length", index=1),
        chunk({}, finish="stop", index=0),
        usage_chunk(),
    )
    inference = read_stream(CHAT, asking(n=2), raw)
    assert inference.finish_reasons == ["stop", "length"]
    assert [said([message]) for message in inference.content.output_messages] == ["One", "Twos"]
    assert inference.attributes["gen_ai.request.choice.count"] == 2


def test_choices_without_an_index_stay_in_their_order() -> None:
    choices = [
        {"message": {"content": text}, "finish_reason": reason} for text, reason in (("a", "stop"), ("b", "length"))
    ]
    inference = read(CHAT, ASK, body={"choices": choices})
    assert inference.finish_reasons == ["stop", "length"]


def test_parallel_tool_calls_of_a_stream_are_put_together() -> None:
    raw = sse(
        chunk({"role": "assistant", "content": None}),
        chunk({"tool_calls": [call(0, "", name="height", id="call_a")]}),
        chunk({"tool_calls": [call(0, '{"of": "')]}),
        chunk({"tool_calls": [call(1, '{"of": "Haku"}', name="height", id="call_b")]}),
        chunk({"tool_calls": [call(0, 'Fuji"}')]}),
        chunk({}, finish="tool_calls"),
        usage_chunk(),
    )
    inference = read_stream(CHAT, ASK, raw)
    assert inference.finish_reasons == ["tool_calls"]
    assert parts(inference.content.output_messages) == [
        {"type": "tool_call", "id": "call_a", "name": "height", "arguments": {"of": "Fuji"}},
        {"type": "tool_call", "id": "call_b", "name": "height", "arguments": {"of": "Haku"}},
    ]


def test_tool_calls_without_an_index_are_told_apart_by_their_id() -> None:
    first, second = ({"id": name, "function": {"name": "height", "arguments": "{}"}} for name in "ab")
    raw = sse(chunk({"tool_calls": [first]}), chunk({"tool_calls": [second]}), chunk({}, finish="tool_calls"))
    assert [part["id"] for part in parts(read_stream(CHAT, ASK, raw).content.output_messages)] == ["a", "b"]


def test_calls_of_a_long_stream_are_read_to_their_end_whatever_its_finish_reason() -> None:
    pieces = ['{"of": "', *["x"] * 100, '"}']
    raw = sse(
        *(chunk({"tool_calls": [call(0, piece, id="a")]}) for piece in pieces), chunk({}, finish="stop"), usage_chunk()
    )
    assert read_stream(CHAT, ASK, raw, want_content=False).outcome == "ok"
    assert read_stream(CHAT, ASK, raw.replace(b'\\"}', b""), want_content=False).outcome == "malformed_output"


def test_a_body_in_another_charset_is_read() -> None:
    body = json.dumps(chat({"content": "Île"}), ensure_ascii=False).encode("latin-1")
    headers = {"content-type": "application/json; charset=ISO-8859-1"}
    assert said(read(CHAT, ASK, body=body, response_headers=headers).content.output_messages) == "Île"


@pytest.mark.parametrize(
    ("message", "finish", "request_more", "outcome"),
    [
        ({"content": "Yes."}, "stop", {}, "ok"),
        ({"content": "Ye"}, "length", {}, "truncated"),
        ({"content": ""}, "content_filter", {}, "content_filter"),
        ({"content": None, "refusal": "I cannot."}, "stop", {}, "refusal"),
        ({"content": ""}, "stop", {}, "empty"),
        ({"content": " \n"}, "stop", {}, "empty"),
        ({"content": None, "reasoning_content": "Hm."}, "stop", {}, "ok"),
        ({"content": "{}"}, "stop", {"response_format": {"type": "json_object"}}, "ok"),
        ({"content": "Sure: {}"}, "stop", {"response_format": {"type": "json_object"}}, "malformed_output"),
        ({"content": "Sure: {}"}, "length", {"response_format": {"type": "json_object"}}, "truncated"),
        ({"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{}"}}]}, "tool_calls", {}, "ok"),
        ({"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": ""}}]}, "tool_calls", {}, "ok"),
        (
            {"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{"}}]},
            "tool_calls",
            {},
            "malformed_output",
        ),
        (
            {"tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "f", "input": "{"}}]},
            "tool_calls",
            {},
            "ok",
        ),
    ],
)
@pytest.mark.parametrize("content", [True, False])
def test_outcomes(message: Json, finish: str, request_more: Json, outcome: Outcome, content: bool) -> None:
    inference = read(CHAT, asking(**request_more), body=chat(message, finish), want_content=content)
    assert (inference.outcome, inference.error_type) == (outcome, None)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ('{"name": "Fuji", "metres": 3776}', "ok"),
        ('{"name": "Fuji", "metres": 3776.0, "more": null}', "ok"),
        ('{"name": "Fuji"}', "malformed_output"),
        ('{"name": "Fuji", "metres": "3776"}', "malformed_output"),
        ('{"name": "Fuji", "metres": true}', "malformed_output"),
        ("[]", "malformed_output"),
        ('{"name": "Fuji", "metres": 3776', "malformed_output"),
    ],
)
def test_a_schema_is_checked_at_its_top_level(answer: str, outcome: Outcome) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "mountain", "schema": SCHEMA}}
    streamed = sse(chunk({"content": answer}), chunk({}, finish="stop"), usage_chunk())
    request = asking(response_format=wanted)
    assert read(CHAT, request, body=chat({"content": answer})).outcome == outcome
    assert read_stream(CHAT, request, streamed, want_content=False).outcome == outcome


def test_request_parameters_have_the_conventions_names() -> None:
    request = asking(
        max_completion_tokens=50,
        temperature=0.5,
        top_p=1,
        frequency_penalty=0,
        presence_penalty=-1.5,
        stop="END",
        seed=-7,
        n=1,
        stream=False,
        reasoning_effort="low",
        service_tier="flex",
        response_format={"type": "json_object"},
        top_k=None,
        logit_bias={"50256": -100},
    )
    inference = read(CHAT, request, body=chat({"content": "{}"}, service_tier="flex", system_fingerprint="fp_1"))
    assert inference.attributes == {
        "openai.api.type": "chat_completions",
        "gen_ai.request.max_tokens": 50,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.top_p": 1,
        "gen_ai.request.frequency_penalty": 0,
        "gen_ai.request.presence_penalty": -1.5,
        "gen_ai.request.stop_sequences": ["END"],
        "gen_ai.request.seed": -7,
        "gen_ai.request.reasoning.level": "low",
        "openai.request.service_tier": "flex",
        "gen_ai.output.type": "json",
        "openai.response.service_tier": "flex",
        "openai.response.system_fingerprint": "fp_1",
    }


def test_user_context_is_taken_from_the_request() -> None:
    metadata = {
        "session_id": "s",
        "tenant": "acme",
        "tier": "gold",
        "prompt_name": "faq",
        "prompt_version": 3,
        "team": "x",
    }
    inference = read(CHAT, asking(user="u", metadata=metadata), body=chat({"content": "Yes."}))
    assert {key: value for key, value in inference.attributes.items() if not key.startswith("openai")} == {
        "user.id": "u",
        "session.id": "s",
        "spanwise.tenant": "acme",
        "spanwise.tier": "gold",
        "gen_ai.prompt.name": "faq",
        "gen_ai.prompt.version": "3",
        "spanwise.property.team": "x",
    }


def test_free_properties_are_limited_in_number_name_and_length() -> None:
    metadata: dict[str, Any] = {f"key{number}": "v" * 9999 for number in range(40)} | {
        "bad key\n": "x",
        "nested": {"a": 1},
    }
    attributes = read(CHAT, asking(metadata=metadata), body=chat({"content": "Yes."})).attributes
    properties = {key: value for key, value in attributes.items() if key.startswith("spanwise.property.")}
    assert len(properties) == 16
    assert all(len(str(value)) == 512 for value in properties.values())


def test_content_follows_the_conventions() -> None:
    question = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "https://example.com/fuji.jpg"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJDRA=="}},
        {"type": "input_audio", "input_audio": {"data": "QUJD", "format": "wav"}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "hologram", "hologram": {"bytes": "QUJD" * 1000, "angle": 3}},
    ]
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": question},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "a", "function": {"name": "height", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "a", "content": "3776"},
        {"role": "system", "content": "Stay brief."},
    ]
    answer = {"content": "Fuji.", "reasoning_content": "A cone."}
    content = read(CHAT, {"model": "m", "messages": messages, "tools": [TOOL]}, body=chat(answer)).content
    assert content.system_instructions == [{"type": "text", "content": "Be brief."}]
    assert [message["role"] for message in content.input_messages] == ["user", "assistant", "tool", "system"]
    assert parts(content.input_messages[:1]) == [
        {"type": "text", "content": "What is this?"},
        {"type": "uri", "modality": "image", "mime_type": None, "uri": "https://example.com/fuji.jpg"},
        {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "", "byte_length": 4},
        {"type": "blob", "modality": "audio", "mime_type": "audio/wav", "content": "", "byte_length": 3},
        {"type": "file", "modality": "file", "mime_type": None, "file_id": "file-1"},
        {
            "type": "generic",
            "generic_type": "hologram",
            "content": {"type": "hologram", "hologram": {"bytes": "", "angle": 3}},
        },
    ]
    assert parts(content.input_messages[1:3]) == [
        {"type": "tool_call", "id": "a", "name": "height", "arguments": {}},
        {"type": "tool_call_response", "id": "a", "response": "3776"},
    ]
    assert content.output_messages == [
        {
            "role": "assistant",
            "parts": [{"type": "reasoning", "content": "A cone."}, {"type": "text", "content": "Fuji."}],
            "finish_reason": "stop",
        }
    ]
    assert content.tool_definitions == [
        {"type": "function", "name": "height", "description": "Of a mountain.", "parameters": {"type": "object"}}
    ]


def test_thinking_parts_of_mistral_are_reasoning() -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    raw = sse(chunk({"content": [thinking]}), chunk({"content": "Yes."}), chunk({}, finish="stop"), usage_chunk())
    assert parts(read_stream(CHAT, ASK, raw).content.output_messages) == [
        {"type": "reasoning", "content": "Hm."},
        {"type": "text", "content": "Yes."},
    ]


def test_half_a_surrogate_pair_cannot_reach_an_exporter() -> None:
    body = json.dumps(chat({"content": "\ud83d!"}, id="\udc00")).encode()
    tool = {"function": {"name": "f", "parameters": {"\ud83d": ["\ud83d"]}}}
    inference = read(CHAT, asking(tools=[tool]), body=body)
    assert inference.content.tool_definitions[0]["parameters"] == {"?": ["?"]}
    assert (inference.response_id, said(inference.content.output_messages)) == ("?", "?!")


def oversize(**more: Any) -> Inference:
    text = "x" * 3_000_000
    return read(CHAT, asking(messages=[{"role": "user", "content": text}]), **more)


def test_a_body_over_the_limit_is_read_at_its_ends() -> None:
    inference = oversize(body=chat({"content": 'y"usage": ' * 300_000}))
    assert (inference.request_model, inference.response_model) == ("gpt-4o-mini", "gpt-4o-mini-2024-07-18")
    assert (inference.response_id, inference.finish_reasons) == ("chatcmpl-1", ["stop"])
    assert inference.usage == Usage(input_tokens=13, output_tokens=5)
    assert (inference.outcome, inference.unparsed) == ("ok", "oversize")


def test_a_stream_over_the_limit_is_read_at_its_ends() -> None:
    middle = [chunk({"content": "x" * 1000})] * 3000
    raw = sse(chunk({"role": "assistant"}), *middle, chunk({}, finish="stop"), usage_chunk())
    inference = read(CHAT, ASK, chunks=[raw[at : at + 9999] for at in range(0, len(raw), 9999)])
    assert (inference.response_id, inference.finish_reasons) == ("chatcmpl-1", ["stop"])
    assert inference.usage == Usage(input_tokens=13, output_tokens=5)
    assert (inference.stream, inference.outcome, inference.unparsed) == (True, "ok", "oversize")


def test_a_stream_whose_middle_was_dropped_still_has_its_usage() -> None:
    raw = sse(*[chunk({"content": "word "})] * 50, chunk({}, finish="stop"), usage_chunk())
    chunks = [raw[:700], raw[-500:]]
    for content in (True, False):
        inference = read(CHAT, ASK, chunks=chunks, dropped_bytes=len(raw) - 1200, want_content=content)
        assert inference.usage == Usage(input_tokens=13, output_tokens=5)
        assert (inference.outcome, inference.unparsed, inference.finish_reasons) == ("ok", None, ["stop"])
        assert inference.attributes.get("spanwise.content.truncated", False) is content


def test_an_estimate_counts_what_was_dropped_from_a_stream() -> None:
    raw = sse(*[chunk({"content": "word "})] * 50, chunk({}, finish="stop"))
    whole, part = (
        read(CHAT, ASK, chunks=[raw[:size]], dropped_bytes=len(raw) - size).usage.output_tokens
        for size in (len(raw), len(raw) // 2)
    )
    assert whole is not None
    assert part is not None
    assert abs(whole - part) <= 0.1 * whole


def test_one_prompt_of_legacy_completions_is_one_message() -> None:
    choices = [{"index": 1, "text": "b", "finish_reason": "length"}, {"index": 0, "text": "a", "finish_reason": "stop"}]
    body = {"model": "m", "choices": choices, "usage": USAGE}
    inference = read(COMPLETIONS, {"model": "m", "prompt": ["x", "y"]}, body=body)
    assert inference.operation == "text_completion"
    assert inference.finish_reasons == ["stop", "length"]
    assert said(inference.content.input_messages) == "xy"


def test_embeddings_have_input_tokens_and_no_output() -> None:
    body = {"data": [{"embedding": [0.5]}], "model": "e-1", "usage": {"total_tokens": 9}}
    request = {"model": "e", "input": "Fuji", "dimensions": 256, "encoding_format": "float"}
    inference = read(EMBEDDINGS, request, body=body)
    assert inference.usage == Usage(input_tokens=9)
    assert inference.attributes == {
        "gen_ai.embeddings.dimension.count": 256,
        "gen_ai.request.encoding_formats": ["float"],
    }
    assert (inference.outcome, inference.error_type) == ("ok", None)


def test_embeddings_without_usage_are_estimated() -> None:
    usage = read(EMBEDDINGS, {"model": "e", "input": ["Mount Fuji"]}, body={"data": [], "model": "e"}).usage
    assert (usage.input_tokens is not None, usage.output_tokens, usage.estimated) == (True, None, True)


def test_usage_of_embeddings_may_come_before_the_vectors() -> None:
    body = {"usage": {"prompt_tokens": 9}, "model": "e-1", "data": [{"embedding": [0.5]}]}
    assert read(EMBEDDINGS, {"model": "e", "input": "x"}, body=body).usage == Usage(input_tokens=9)
