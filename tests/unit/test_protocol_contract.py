"""What must hold for every wire format: it claims its own, and nothing on the wire makes it raise or lie."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from spanwise.core.inference import Inference
from spanwise.instrumentation.protocols import claim
from spanwise.instrumentation.protocols.formats import FORMATS
from spanwise.instrumentation.protocols.json_types import is_array, is_object
from unit.wire_examples import EVENTS, EXAMPLES, JSON, Example, exchange, read, read_stream, said

STREAMING = {name: example for name, example in EXAMPLES.items() if example.events}
every = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
every_stream = pytest.mark.parametrize("example", STREAMING.values(), ids=STREAMING)

BROKEN = [
    b"",
    b" ",
    b"null",
    b"17",
    b'"text"',
    b"[]",
    b"[[[{}]]]",
    b"{",
    b'{"id": "chatcmpl-1", "model": "gpt-4o", "choices": [{"mess',
    b"<html>Bad gateway</html>",
    b"\xff\xfe\x00{",
    b'{"id": "\\ud83d", "model": "\\udc00"}',
    b'{"usage": {"prompt_tokens": 1e400, "input_tokens": -3}}',
    b"data: ",
    b"data: {}\n\n",
    b"data: null\n\ndata: [1]\n\ndata: [DONE]\n\n",
    b"event: error\ndata: no JSON\n\n",
    b"event: error\n\n",
    b"[" * 100_000,
    b'{"a":' * 100_000,
]
ODD: list[Any] = [None, True, 3, -1, 1.5, "", "x", [], [None], ["x"], [[]], {}, {"x": None}, [{"x": []}]]


def whole(example: Example, **seen: Any) -> Inference:
    return read(example.url, example.request, body=example.response, **seen)


def check(example: Example, inference: Inference) -> None:
    assert (inference.usage.input_tokens, inference.usage.output_tokens) == example.tokens
    assert tuple(inference.finish_reasons) == example.finish
    assert said(inference.content.output_messages) == example.said
    assert (inference.outcome, inference.error_type, inference.unparsed) == ("ok", None, None)


def check_known(example: Example, inference: Inference) -> None:
    """As `check`, for a format whose wire has no usage."""
    if example.tokens == (None, None) and example.said:
        assert inference.usage.estimated
        inference.usage.input_tokens = inference.usage.output_tokens = None
    check(example, inference)


def test_every_format_has_an_example() -> None:
    assert EXAMPLES.keys() == {form.name for form in FORMATS}


@every
def test_claims_its_requests_and_tells_their_model(example: Example) -> None:
    claimed = claim("POST", *example.url, lambda: json.dumps(example.request).encode())
    assert claimed is not None
    assert claimed.model == example.request["model"]


@every
def test_claims_at_an_unknown_host_only_what_looks_right(example: Example) -> None:
    path = example.url[1]
    assert claim("POST", "proxy.internal", path, lambda: json.dumps(example.request).encode()) is not None
    for body in (None, b"", b"[]", b'{"query": "x"}', b"\x00\x01"):
        assert claim("POST", "proxy.internal", path, partial(bytes, body) if body is not None else _nothing) is None


@every
def test_reads_a_whole_response(example: Example) -> None:
    check_known(example, whole(example))


@every_stream
def test_reads_a_stream_as_it_reads_the_whole(example: Example) -> None:
    streamed, plain = read_stream(example.url, example.request, example.stream), whole(example)
    check_known(example, streamed)
    assert streamed.stream
    assert (streamed.response_id, streamed.response_model) == (plain.response_id, plain.response_model)


@every_stream
@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
def test_reads_a_stream_with_other_line_endings(example: Example, ending: bytes) -> None:
    check_known(example, read_stream(example.url, example.request, example.stream.replace(b"\n", ending)))


@every_stream
def test_reads_a_stream_whose_events_end_with_one_line_feed(example: Example) -> None:
    check_known(example, read_stream(example.url, example.request, example.stream.replace(b"\n\n", b"\n")))


@every_stream
def test_reads_a_stream_with_comments_and_data_over_several_lines(example: Example) -> None:
    blocks = [
        f": keep-alive\n\nid: {number}\n"
        + "".join(f"data: {line}\n" for line in json.dumps(event, indent=1).split("\n"))
        for number, event in enumerate(example.events)
    ]
    check_known(example, read_stream(example.url, example.request, "\n".join([*blocks, ""]).encode()))


@every_stream
def test_reads_a_compressed_stream(example: Example) -> None:
    packed = {"gzip": gzip.compress(example.stream), "deflate": zlib.compress(example.stream)}
    for coding, raw in packed.items():
        headers = {**EVENTS, "content-encoding": coding}
        check_known(example, read_stream(example.url, example.request, raw, response_headers=headers))


@every_stream
@pytest.mark.parametrize(("coding", "module"), [("br", "brotli"), ("zstd", "zstandard")])
def test_reads_a_stream_in_a_coding_whose_decoder_is_installed(example: Example, coding: str, module: str) -> None:
    compress = getattr(pytest.importorskip(module, reason=f"{module} is not installed"), "compress", None)
    assert compress is not None
    headers = {**EVENTS, "content-encoding": coding}
    raw: bytes = compress(example.stream)
    check_known(example, read_stream(example.url, example.request, raw, response_headers=headers))
    read_stream(example.url, example.request, raw[:-5], response_headers=headers, stream_end="failed")


@every_stream
def test_reads_what_is_there_of_a_compressed_stream_that_was_cut(example: Example) -> None:
    headers = {**EVENTS, "content-encoding": "gzip"}
    raw = gzip.compress(example.stream)
    for size in range(len(raw)):
        read_stream(example.url, example.request, raw[:size], response_headers=headers, stream_end="failed")


@every_stream
def test_counts_nothing_twice_when_a_stream_repeats_an_event(example: Example) -> None:
    again = replace(example, events=(*example.events, example.events[-1]))
    inference = read_stream(again.url, again.request, again.stream, want_content=False)
    if example.tokens != (None, None):
        assert (inference.usage.input_tokens, inference.usage.output_tokens) == example.tokens


@every_stream
def test_a_stream_cut_at_any_byte_gives_a_prefix_of_the_text(example: Example) -> None:
    for size in range(len(example.stream)):
        inference = read_stream(example.url, example.request, example.stream[:size], stream_end="failed")
        assert example.said.startswith(said(inference.content.output_messages))
        assert (inference.outcome, inference.error_type) == ("unavailable", "stream_failed")
        assert inference.unparsed in (None, "stream")


@every_stream
def test_an_abandoned_stream_has_estimated_usage_and_is_no_error(example: Example) -> None:
    cut = example.stream.rindex(b"\n\n", 0, example.stream.index(_last(example)))
    inference = read_stream(example.url, example.request, example.stream[:cut], stream_end="abandoned")
    assert said(inference.content.output_messages)
    assert inference.usage.output_tokens is not None
    assert inference.error_type is None


@every_stream
def test_ends_of_a_long_stream_tell_what_the_whole_tells(example: Example) -> None:
    filler = b": keep-alive\n\n" * 400
    raw = filler + example.stream
    for content in (True, False):
        inference = read_stream(example.url, example.request, raw, want_content=content)
        if example.tokens != (None, None):
            assert (inference.usage.input_tokens, inference.usage.output_tokens) == example.tokens
        assert tuple(inference.finish_reasons) == example.finish
        assert inference.outcome == "ok"


@every
@pytest.mark.parametrize("content", [True, False])
def test_broken_responses_never_raise(example: Example, content: bool) -> None:
    for body in BROKEN:
        for headers in (JSON, EVENTS, {}):
            read(example.url, example.request, body=body, response_headers=headers, want_content=content)
            read(example.url, example.request, chunks=[body], response_headers=headers, want_content=content)
            read(example.url, example.request, body=body, response_headers=headers, status=500, want_content=content)


@every
def test_broken_requests_never_raise_and_are_named(example: Example) -> None:
    for body in BROKEN:
        made = exchange(example.url, example.request, body=example.response)
        made.request_body = body
        inference = made.read(made)
        assert inference.request_model is not None
        assert inference.unparsed == (None if body.startswith(b'{"id": "\\') or b"1e400" in body else "request_body")


@every
def test_parts_of_wrong_types_never_raise(example: Example) -> None:
    for document in variations(example.request):
        read(example.url, json.dumps(example.request).encode(), body=example.response)
        made = exchange(example.url, example.request, body=example.response)
        made.request_body = json.dumps(document).encode()
        made.read(made)
    for document in variations(example.response):
        read(example.url, example.request, body=json.dumps(document).encode())
        read(example.url, example.request, body=json.dumps({"error": document}).encode(), status=400)


@every_stream
def test_events_of_wrong_types_never_raise(example: Example) -> None:
    for place, event in enumerate(example.events):
        for changed in variations(event):
            blocks = [changed if place == at else given for at, given in enumerate(example.events)]
            raw = "".join(f"data: {json.dumps(block)}\n\n" for block in blocks).encode()
            read(example.url, example.request, chunks=[raw], response_headers=EVENTS)


@every
def test_no_response_at_all_is_an_error(example: Example) -> None:
    inference = read(example.url, example.request, status=None, error_type="httpx.ConnectTimeout", error_message="slow")
    assert (inference.outcome, inference.error_type, inference.error_message) == (
        "timeout",
        "httpx.ConnectTimeout",
        "slow",
    )
    assert not inference.usage.estimated


@every
def test_content_is_left_out_where_nobody_wants_it(example: Example) -> None:
    content = whole(example, want_content=False).content
    assert not content.input_messages
    assert not content.output_messages


def variations(document: object) -> Iterator[Any]:
    """`document` with each of its parts in turn replaced by something odd."""
    yield from ODD
    if is_object(document):
        yield from ({**document, key: changed} for key in document for changed in variations(document[key]))
    elif is_array(document):
        for place, item in enumerate(document):
            yield from ([*document[:place], changed, *document[place + 1 :]] for changed in variations(item))


def _nothing() -> None:
    """No body at hand."""


def _last(example: Example) -> bytes:
    """Where the end of the stream begins: the last event that has text is before it."""
    ends = {"openai.chat": b'"finish_reason": "stop"', "anthropic.messages": b"message_delta"}
    return ends.get(next(name for name, given in EXAMPLES.items() if given is example), _data(example.events[-1]))


def _data(event: Any) -> bytes:
    return json.dumps(event).encode()
