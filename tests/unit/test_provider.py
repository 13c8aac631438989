"""The local provider, driven by the real SDKs: what it says."""

import json
from collections.abc import Iterator
from functools import partial

import anthropic
import openai
import pytest
from anthropic.types import Message, MessageParam, TextBlockParam, ToolParam, ToolResultBlockParam
from anthropic.types import Usage as ClaudeUsage
from openai.types.chat import ChatCompletion, ChatCompletionFunctionToolParam, ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema

from provider import LocalProvider
from provider.tokens import Breakpoint, BreakpointCache, PrefixCache, Usage, count

QUESTION = "Where is my order ORD-12345? Write to jane.doe@gmail.com please."
MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]
TOOL: ChatCompletionFunctionToolParam = {
    "type": "function",
    "function": {
        "name": "look_up_order",
        "parameters": {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]},
    },
}
SCHEMA: ResponseFormatJSONSchema = {
    "type": "json_schema",
    "json_schema": {
        "name": "triage",
        "schema": {
            "type": "object",
            "properties": {
                "topic": {"type": "string", "enum": ["order", "other"]},
                "stars": {"type": "integer"},
                "words": {"type": "array", "items": {"type": "string"}},
            },
        },
    },
}
HANDBOOK = "Refunds take five days. " * 300


@pytest.fixture
def provider() -> Iterator[LocalProvider]:
    with LocalProvider() as running:
        yield running


@pytest.fixture
def chat(provider: LocalProvider) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=provider.openai_base_url, api_key="sk-local") as client:
        yield client


@pytest.fixture
def claude(provider: LocalProvider) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=provider.anthropic_base_url, api_key="sk-local") as client:
        yield client


def ask(client: openai.OpenAI) -> ChatCompletion:
    return client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES)


def ask_claude(client: anthropic.Anthropic, max_tokens: int = 500) -> Message:
    return client.messages.create(
        model="claude-haiku-4-5", max_tokens=max_tokens, messages=[{"role": "user", "content": QUESTION}]
    )


def test_chat_answer_echoes_the_question_and_counts_a_token_per_four_characters(chat: openai.OpenAI) -> None:
    answer = ask(chat)
    text = answer.choices[0].message.content or ""
    assert QUESTION in text
    assert answer.model == "gpt-4o-mini-2024-07-18"
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == count(f"user: {QUESTION}\n")
    assert answer.usage.completion_tokens == count(text)
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_answers_are_the_same_every_time(chat: openai.OpenAI) -> None:
    assert ask(chat).choices == ask(chat).choices


def test_chat_stream_says_what_the_whole_answer_says(chat: openai.OpenAI) -> None:
    stream = chat.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, stream=True)
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == ask(chat).choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]


def test_chat_stream_tells_usage_only_when_asked(provider: LocalProvider, chat: openai.OpenAI) -> None:
    plain = chat.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, stream=True)
    assert all(chunk.usage is None for chunk in plain)
    chunks = list(
        chat.chat.completions.create(
            model="gpt-4o-mini", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
        )
    )
    assert [chunk.usage is not None for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert chunks[-1].usage == ask(chat).usage
    assert provider.ledger()["streams"]["without_usage"] == 1


def test_chat_answers_as_many_choices_as_asked_for(chat: openai.OpenAI) -> None:
    answer = chat.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, n=3)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 3 * count(answer.choices[0].message.content or "")


def test_chat_calls_a_tool_and_then_answers_from_its_result(chat: openai.OpenAI) -> None:
    message = chat.chat.completions.create(model="gpt-4o", messages=MESSAGES, tools=[TOOL]).choices[0].message
    assert message.content is None
    assert message.tool_calls
    call = message.tool_calls[0]
    assert call.type == "function"
    assert json.loads(call.function.arguments) == {"order_id": "ORD-12345"}
    result: ChatCompletionMessageParam = {"role": "tool", "tool_call_id": call.id, "content": "It left on Monday."}
    answer = chat.chat.completions.create(model="gpt-4o", messages=[*MESSAGES, result], tools=[TOOL])
    assert "It left on Monday." in (answer.choices[0].message.content or "")


def test_chat_stream_builds_the_same_tool_call(chat: openai.OpenAI) -> None:
    with chat.chat.completions.stream(model="gpt-4o", messages=MESSAGES, tools=[TOOL]) as stream:
        calls = stream.get_final_completion().choices[0].message.tool_calls
    assert calls
    assert (calls[0].function.name, json.loads(calls[0].function.arguments)) == (
        "look_up_order",
        {"order_id": "ORD-12345"},
    )


def test_tool_choice_is_obeyed(chat: openai.OpenAI) -> None:
    ask_about_nothing = partial(chat.chat.completions.create, model="gpt-4o", tools=[TOOL])
    hello: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hello"}]
    assert ask_about_nothing(messages=hello).choices[0].finish_reason == "stop"
    assert ask_about_nothing(messages=hello, tool_choice="required").choices[0].finish_reason == "tool_calls"
    assert ask_about_nothing(messages=MESSAGES, tool_choice="none").choices[0].finish_reason == "stop"


def test_json_answer_fits_the_schema(chat: openai.OpenAI) -> None:
    answer = chat.chat.completions.create(model="gpt-4o", messages=MESSAGES, response_format=SCHEMA)
    value = json.loads(answer.choices[0].message.content or "")
    assert value["topic"] in ("order", "other")
    assert isinstance(value["stars"], int)
    assert isinstance(value["words"], list)


def test_output_limit_truncates(provider: LocalProvider, chat: openai.OpenAI, claude: anthropic.Anthropic) -> None:
    answer = chat.chat.completions.create(model="gpt-4o", messages=MESSAGES, max_completion_tokens=4)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 4
    assert ask_claude(claude, max_tokens=4).stop_reason == "max_tokens"
    assert chat.responses.create(model="gpt-4o", input=QUESTION, max_output_tokens=4).status == "incomplete"
    assert provider.ledger()["faults"] == {"truncated": 3}


def test_reasoning_models_spend_reasoning_tokens(chat: openai.OpenAI) -> None:
    answer = chat.chat.completions.create(model="gpt-5-mini", messages=MESSAGES, reasoning_effort="low")
    assert answer.usage is not None
    assert answer.usage.completion_tokens_details is not None
    assert answer.usage.completion_tokens_details.reasoning_tokens == 64
    assert answer.usage.completion_tokens == 64 + count(answer.choices[0].message.content or "")


def test_responses_answer_reports_reasoning(chat: openai.OpenAI) -> None:
    answer = chat.responses.create(model="gpt-5", input=QUESTION, reasoning={"effort": "high", "summary": "auto"})
    assert [item.type for item in answer.output] == ["reasoning", "message"]
    assert QUESTION in answer.output_text
    assert answer.usage is not None
    assert answer.usage.output_tokens_details.reasoning_tokens == 512


def test_responses_stream_ends_in_the_whole_response(chat: openai.OpenAI) -> None:
    events = list(chat.responses.create(model="gpt-5", input=QUESTION, reasoning={"summary": "auto"}, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    said = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output_text == said
    assert last.response.usage == chat.responses.create(model="gpt-5", input=QUESTION).usage


def test_responses_call_a_tool_and_then_answer_from_its_result(chat: openai.OpenAI) -> None:
    parameters = TOOL["function"].get("parameters")
    asked = chat.responses.create(
        model="gpt-4.1",
        input=QUESTION,
        tools=[{"type": "function", "name": "look_up_order", "parameters": parameters, "strict": True}],
    )
    call = asked.output[0]
    assert call.type == "function_call"
    assert json.loads(call.arguments) == {"order_id": "ORD-12345"}
    answer = chat.responses.create(
        model="gpt-4.1",
        input=[
            {"role": "user", "content": QUESTION},
            {"type": "function_call", "call_id": call.call_id, "name": call.name, "arguments": call.arguments},
            {"type": "function_call_output", "call_id": call.call_id, "output": "It left on Monday."},
        ],
    )
    assert "It left on Monday." in answer.output_text


def test_embeddings_are_the_same_as_numbers_and_as_base64(chat: openai.OpenAI) -> None:
    embed = partial(chat.embeddings.create, model="text-embedding-3-small", input=["espresso machine", "kettle"])
    as_numbers, as_base64 = embed(encoding_format="float"), embed()
    for one, other in zip(as_numbers.data, as_base64.data, strict=True):
        assert one.embedding == pytest.approx(other.embedding)
    assert len(as_numbers.data[0].embedding) == 1536
    assert len(embed(dimensions=64).data[0].embedding) == 64


def test_texts_that_share_words_are_near_each_other(chat: openai.OpenAI) -> None:
    texts = ["the espresso machine is dark", "my espresso machine stays dark", "invoices are sent by post"]
    data = chat.embeddings.create(model="text-embedding-3-small", input=texts).data
    first, near, far = (item.embedding for item in data)
    assert sum(a * b for a, b in zip(first, near, strict=True)) > sum(a * b for a, b in zip(first, far, strict=True))


def test_long_prompt_is_cached_the_second_time_by_openai(chat: openai.OpenAI) -> None:
    def cached(question: str) -> int | None:
        messages: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": HANDBOOK},
            {"role": "user", "content": question},
        ]
        usage = chat.chat.completions.create(model="gpt-4o", messages=messages).usage
        assert usage is not None
        assert usage.prompt_tokens_details is not None
        return usage.prompt_tokens_details.cached_tokens

    assert cached("One question.") == 0
    again = cached("Another one.")
    assert again is not None
    assert again >= 1024
    assert again % 128 == 0


@pytest.mark.parametrize("lifetime", ["5m", "1h"])
def test_marked_prompt_is_written_and_then_read_by_anthropic(claude: anthropic.Anthropic, lifetime: str) -> None:
    system: list[TextBlockParam] = [{"type": "text", "text": HANDBOOK}]
    system[0]["cache_control"] = {"type": "ephemeral", "ttl": "1h" if lifetime == "1h" else "5m"}

    def usage() -> ClaudeUsage:
        return claude.messages.create(
            model="claude-haiku-4-5",
            max_tokens=500,
            system=system,
            messages=[{"role": "user", "content": "How long does a refund take?"}],
        ).usage

    written, read = usage(), usage()
    assert written.cache_creation is not None
    size = written.cache_creation_input_tokens
    by_lifetime = (
        written.cache_creation.ephemeral_5m_input_tokens,
        written.cache_creation.ephemeral_1h_input_tokens,
    )
    assert by_lifetime == ((size, 0) if lifetime == "5m" else (0, size))
    assert (read.cache_read_input_tokens, read.cache_creation_input_tokens) == (size, 0)
    assert written.input_tokens == read.input_tokens


def test_caches_forget_short_prompts_other_models_and_old_entries() -> None:
    prefixes = PrefixCache()
    calls = [("a", HANDBOOK), ("b", HANDBOOK), ("a", HANDBOOK[:3000])]
    assert [prefixes.cached(model, text) for model, text in calls] == [0, 0, 0]
    now = 0.0
    marked = BreakpointCache(lambda: now)
    mark = [Breakpoint(HANDBOOK)]
    assert marked.usage("a", [Breakpoint("short")]) == Usage()
    assert marked.usage("a", mark) == Usage(cache_write_5m=1800)
    now = 299.0
    assert marked.usage("a", mark) == Usage(cache_read=1800)
    now = 600.0
    assert marked.usage("a", mark) == Usage(cache_write_5m=1800)


def test_messages_stream_says_what_the_whole_message_says(claude: anthropic.Anthropic) -> None:
    with claude.messages.stream(
        model="claude-opus-4-5",
        max_tokens=3000,
        thinking={"type": "enabled", "budget_tokens": 2000},
        messages=[{"role": "user", "content": QUESTION}],
    ) as stream:
        streamed = stream.get_final_message()
    whole = claude.messages.create(
        model="claude-opus-4-5",
        max_tokens=3000,
        thinking={"type": "enabled", "budget_tokens": 2000},
        messages=[{"role": "user", "content": QUESTION}],
    )
    assert [block.type for block in streamed.content] == ["thinking", "text"]
    assert streamed.to_dict()["content"] == whole.to_dict()["content"]
    assert streamed.usage == whole.usage
    assert whole.usage.output_tokens_details is not None
    assert whole.usage.output_tokens_details.thinking_tokens == 192


def test_messages_call_a_tool_and_then_answer_from_its_result(claude: anthropic.Anthropic) -> None:
    schema: dict[str, object] = {"type": "object", "properties": {"order_id": {"type": "string"}}}
    tool: ToolParam = {"name": "look_up_order", "input_schema": schema}
    question: MessageParam = {"role": "user", "content": QUESTION}
    asked = claude.messages.create(model="claude-sonnet-4-6", max_tokens=500, tools=[tool], messages=[question])
    call = asked.content[0]
    assert call.type == "tool_use"
    assert call.input == {"order_id": "ORD-12345"}
    called: MessageParam = {"role": "assistant", "content": asked.content}
    result: ToolResultBlockParam = {"type": "tool_result", "tool_use_id": call.id, "content": "It left on Monday."}
    answer = claude.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=500,
        tools=[tool],
        messages=[question, called, {"role": "user", "content": [result]}],
    )
    assert answer.content[0].type == "text"
    assert "It left on Monday." in answer.content[0].text


def test_counted_tokens_are_the_ones_that_are_billed(provider: LocalProvider, claude: anthropic.Anthropic) -> None:
    counted = claude.messages.count_tokens(
        model="claude-haiku-4-5", messages=[{"role": "user", "content": QUESTION}]
    ).input_tokens
    assert counted == ask_claude(claude).usage.input_tokens
    assert provider.ledger()["auxiliary"] == {"count_tokens": 1}
    assert provider.ledger()["calls"] == 1


def test_models_are_listed_to_each_sdk_in_its_own_form(chat: openai.OpenAI, claude: anthropic.Anthropic) -> None:
    assert "gpt-4o-mini" in [model.id for model in chat.models.list()]
    assert "claude-sonnet-4-6" in [model.id for model in claude.models.list()]
