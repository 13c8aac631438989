"""From what was learnt of a call to the attributes of its span."""

from __future__ import annotations

from spanwise.core.description import content_attributes, describe, describe_timing
from spanwise.core.exchange import Attempt, Exchange
from spanwise.core.inference import Content, Inference, Message, Usage
from spanwise.semconv import attributes as names

SECOND = 10**9


def exchange() -> Exchange:
    return Exchange("POST", "llm.example", 8443, "/v1", b"{}", 100 * SECOND, "chat", "openai", "m", lambda _: stream())


def stream(output: int | None = 11) -> Inference:
    return Inference("chat", "openai", stream=True, usage=Usage(output_tokens=output))


def streamed_at(*seconds: float) -> Exchange:
    seen = exchange()
    seen.chunk_times_ns = [int((100 + second) * SECOND) for second in seconds]
    seen.chunk_count = len(seconds)
    seen.stream_end = "complete"
    return seen


def test_what_is_not_known_has_no_attribute() -> None:
    assert describe(Inference("chat", "openai")) == {
        names.OPERATION_NAME: "chat",
        names.PROVIDER_NAME: "openai",
        names.OUTCOME: "ok",
    }


def test_zero_tokens_are_known() -> None:
    found = describe(Inference("chat", "openai", usage=Usage(input_tokens=0, output_tokens=0)))
    assert (found[names.USAGE_INPUT_TOKENS], found[names.USAGE_OUTPUT_TOKENS]) == (0, 0)


def test_every_count_has_an_attribute() -> None:
    fields = [name for name in Usage.__slots__ if name != "estimated"]
    usage = Usage(**{name: number for number, name in enumerate(fields, 1)})  # type: ignore[arg-type]
    found = describe(Inference("chat", "openai", usage=usage))
    counts = sorted(str(value) for name, value in found.items() if "tokens" in name)
    assert counts == sorted(map(str, range(1, len(fields) + 1)))


def test_estimated_tokens_say_so() -> None:
    assert describe(Inference("chat", "openai", usage=Usage(estimated=True)))[names.USAGE_ESTIMATED] is True


def test_facts_of_the_format_are_added() -> None:
    inference = Inference("chat", "openai", "m", finish_reasons=["stop"], attributes={names.REQUEST_SEED: 7})
    found = describe(inference)
    assert (found[names.REQUEST_SEED], found[names.RESPONSE_FINISH_REASONS]) == (7, ("stop",))


def test_server_is_where_the_request_went() -> None:
    found = describe_timing(exchange(), Inference("chat", "openai"))
    assert found == {names.SERVER_ADDRESS: "llm.example", names.SERVER_PORT: 8443}


def test_attempts_include_the_last_one() -> None:
    tried = exchange()
    tried.attempts = [Attempt(1, 503, "503"), Attempt(2, None, "ConnectError")]
    assert describe_timing(tried, stream())[names.ATTEMPTS] == 3


def test_pace_is_that_of_the_tokens_after_the_first() -> None:
    found = describe_timing(streamed_at(0.5, 1.0, 2.5), stream(output=11))
    assert found[names.RESPONSE_TIME_TO_FIRST_CHUNK] == 0.5
    assert found[names.TIME_PER_OUTPUT_TOKEN] == 0.2
    assert found[names.TOKENS_PER_SECOND] == 5.0
    assert found[names.STREAM_MAX_GAP] == 1.5
    assert (found[names.STREAM_CHUNKS], found[names.STREAM_END]) == (3, "complete")


def test_one_chunk_has_no_pace() -> None:
    found = describe_timing(streamed_at(0.5), stream())
    assert names.TOKENS_PER_SECOND not in found
    assert names.STREAM_MAX_GAP not in found


def test_unknown_tokens_and_single_ones_have_no_pace() -> None:
    for output in (None, 0, 1):
        assert names.TOKENS_PER_SECOND not in describe_timing(streamed_at(0.5, 1.0), stream(output))


def test_content_stands_under_the_attribute_of_its_side() -> None:
    asked: Message = {"role": "user", "parts": []}
    said: Message = {"role": "assistant", "parts": []}
    content = Content(input_messages=[asked], output_messages=[said])
    assert content_attributes(content) == {names.INPUT_MESSAGES: [asked], names.OUTPUT_MESSAGES: [said]}


def test_content_that_is_empty_has_no_attribute() -> None:
    assert content_attributes(Content()) == {}
