"""The local provider, driven by the real SDKs: how it fails, and that its ledger tells the truth."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import anthropic
import httpx2
import openai
import pytest
from anthropic.types import Message
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema

import shop.day
from provider import SCENARIOS, LedgerReport, LocalProvider, Settings
from provider.scenario import Scenario
from provider.tokens import count
from shop.personal_data import RAW_VALUES
from shop.questions import about_orders, about_products, with_secrets

QUESTION = "Where is my order ORD-12345? Write to jane.doe@gmail.com please."
MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]
SCHEMA: ResponseFormatJSONSchema = {
    "type": "json_schema",
    "json_schema": {
        "name": "triage",
        "schema": {"type": "object", "properties": {"topic": {"type": "string", "enum": ["order", "other"]}}},
    },
}


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


def ask(client: openai.OpenAI, scenario: str = "", model: str = "gpt-4o-mini") -> ChatCompletion:
    return client.chat.completions.create(model=model, messages=MESSAGES, extra_headers={"x-scenario": scenario})


def ask_claude(client: anthropic.Anthropic, scenario: str = "") -> Message:
    return client.messages.create(
        model="claude-haiku-4-5",
        max_tokens=500,
        messages=[{"role": "user", "content": QUESTION}],
        extra_headers={"x-scenario": scenario},
    )


def totals(ledger: LedgerReport) -> tuple[int, int, int, int]:
    return ledger["calls"], ledger["attempts"], ledger["served"], ledger["failed"]


ERRORS = [
    ("rate_limit", "rate_limit", openai.RateLimitError, anthropic.RateLimitError),
    ("server_error", "unavailable", openai.InternalServerError, anthropic.InternalServerError),
    ("unavailable", "unavailable", openai.InternalServerError, anthropic.OverloadedError),
    ("bad_request", "bad_request", openai.BadRequestError, anthropic.BadRequestError),
    ("auth", "auth", openai.AuthenticationError, anthropic.AuthenticationError),
    ("permission", "auth", openai.PermissionDeniedError, anthropic.PermissionDeniedError),
    ("not_found", "not_found", openai.NotFoundError, anthropic.NotFoundError),
    ("disconnect", "connection", openai.APIConnectionError, anthropic.APIConnectionError),
]


@pytest.mark.parametrize(("scenario", "kind", "error", "claude_error"), ERRORS)
def test_error_scenario_raises_what_the_sdk_raises_for_it(
    provider: LocalProvider,
    chat: openai.OpenAI,
    claude: anthropic.Anthropic,
    scenario: str,
    kind: str,
    error: type[Exception],
    claude_error: type[Exception],
) -> None:
    with pytest.raises(error):
        ask(chat.with_options(max_retries=0), scenario)
    with pytest.raises(claude_error):
        ask_claude(claude.with_options(max_retries=0), scenario)
    ledger = provider.ledger()
    assert ledger["errors"] == {kind: 2}
    assert totals(ledger) == (2, 2, 0, 2)


def test_bad_request_quotes_the_user(chat: openai.OpenAI, claude: anthropic.Anthropic) -> None:
    with pytest.raises(openai.BadRequestError, match="jane.doe@gmail.com"):
        ask(chat, "bad_request")
    with pytest.raises(anthropic.BadRequestError, match="jane.doe@gmail.com"):
        ask_claude(claude, "bad_request")


@pytest.mark.parametrize("scenario", ["rate_limit:2", "unavailable:1", "disconnect:1"])
def test_retried_error_is_no_error_of_the_call(provider: LocalProvider, chat: openai.OpenAI, scenario: str) -> None:
    failures = int(scenario[-1])
    ask(chat, scenario)
    ledger = provider.ledger()
    assert totals(ledger) == (1, 1 + failures, 1, 0)
    assert ledger["retries"] == failures
    assert ledger["errors"] == {}


def test_exhausted_retries_are_one_error(provider: LocalProvider, claude: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.RateLimitError) as raised:
        ask_claude(claude, "rate_limit")
    ledger = provider.ledger()
    assert totals(ledger) == (1, 3, 0, 1)
    assert ledger["errors_by_status"] == {"429": 1}
    assert ledger["attempt_statuses"] == {"429": 3}
    assert raised.value.response.headers["retry-after"] == "1"


def test_unknown_model_and_missing_key_are_refused(provider: LocalProvider, chat: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        ask(chat, model="gpt-77")
    bare = httpx2.post(f"{provider.openai_base_url}/chat/completions", json={"model": "gpt-4o", "messages": MESSAGES})
    assert bare.status_code == 401
    assert provider.ledger()["errors"] == {"auth": 1, "not_found": 1}


def test_answers_that_are_not_as_they_should_be(provider: LocalProvider, chat: openai.OpenAI) -> None:
    assert ask(chat, "content_filter").choices[0].finish_reason == "content_filter"
    assert ask(chat, "refusal").choices[0].message.refusal
    assert ask(chat, "truncated").choices[0].finish_reason == "length"
    assert ask(chat, "empty").choices[0].message.content == ""
    malformed = chat.chat.completions.create(
        model="gpt-4o", messages=MESSAGES, response_format=SCHEMA, extra_headers={"x-scenario": "malformed_json"}
    )
    with pytest.raises(ValueError, match="delimiter|Unterminated|Expecting"):
        json.loads(malformed.choices[0].message.content or "")
    ledger = provider.ledger()
    faults = ("content_filter", "refusal", "truncated", "empty", "malformed_output")
    assert ledger["faults"] == dict.fromkeys(sorted(faults), 1)
    assert totals(ledger) == (5, 5, 5, 0)


@pytest.mark.parametrize("scenario", ["content_filter", "refusal"])
def test_anthropic_calls_what_it_stops_a_refusal(
    provider: LocalProvider, claude: anthropic.Anthropic, scenario: str
) -> None:
    assert ask_claude(claude, scenario).stop_reason == "refusal"
    assert provider.ledger()["faults"] == {"refusal": 1}


def test_answer_without_usage_is_counted_as_such(provider: LocalProvider, chat: openai.OpenAI) -> None:
    assert ask(chat, "no_usage").usage is None
    ledger = provider.ledger()
    assert ledger["without_usage"] == 1
    assert ledger["tokens"]["input"] == 0


def test_stream_that_breaks_is_reset_after_so_many_events(provider: LocalProvider, chat: openai.OpenAI) -> None:
    stream = chat.chat.completions.create(
        model="gpt-4o", messages=MESSAGES, stream=True, extra_headers={"x-scenario": "broken_stream:7"}
    )
    received = 0
    with pytest.raises(openai.APIConnectionError):
        for _ in stream:
            received += 1
    assert received == 7
    ledger = provider.ledger()
    assert ledger["streams"]["broken"] == 1
    assert totals(ledger) == (1, 1, 0, 1)


def test_broken_anthropic_stream_has_told_its_input(provider: LocalProvider, claude: anthropic.Anthropic) -> None:
    stream = claude.messages.create(
        model="claude-haiku-4-5",
        max_tokens=500,
        messages=[{"role": "user", "content": QUESTION}],
        stream=True,
        extra_headers={"x-scenario": "broken_stream"},
    )
    with pytest.raises(httpx2.ReadError):
        list(stream)
    ledger = provider.ledger()
    assert ledger["partial_tokens"]["input"] == count(f"user: {QUESTION}\n")
    assert ledger["tokens"]["input"] == 0


def test_stream_can_end_in_an_error_event(
    provider: LocalProvider, chat: openai.OpenAI, claude: anthropic.Anthropic
) -> None:
    headers = {"x-scenario": "stream_error"}
    with pytest.raises(openai.APIError):
        list(chat.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True, extra_headers=headers))
    with pytest.raises(anthropic.APIStatusError):
        list(
            claude.messages.create(
                model="claude-haiku-4-5",
                max_tokens=500,
                messages=[{"role": "user", "content": QUESTION}],
                stream=True,
                extra_headers=headers,
            )
        )
    assert provider.ledger()["streams"]["failed"] == 2


def test_stalled_stream_that_the_client_leaves_is_abandoned(provider: LocalProvider, chat: openai.OpenAI) -> None:
    with chat.chat.completions.create(
        model="gpt-4o",
        messages=MESSAGES,
        stream=True,
        stream_options={"include_usage": True},
        extra_headers={"x-scenario": "stall:4"},
    ) as stream:
        assert next(iter(stream)).choices
    ledger = provider.ledger()
    assert ledger["streams"]["abandoned"] == 1
    assert ledger["tokens"]["output"] == 0
    assert totals(ledger) == (1, 1, 0, 1)


def test_client_that_gives_up_is_a_disconnect(provider: LocalProvider, chat: openai.OpenAI) -> None:
    with pytest.raises(openai.APITimeoutError):
        ask(chat.with_options(timeout=0.3, max_retries=1), "hang")
    ledger = provider.ledger()
    assert ledger["disconnects"] == 1
    assert totals(ledger) == (1, 2, 0, 1)


def test_cancelled_call_is_a_disconnect(provider: LocalProvider) -> None:
    async def cancel() -> None:
        async with openai.AsyncOpenAI(base_url=provider.openai_base_url, api_key="sk-local") as client:
            call = client.with_options(default_headers={"x-scenario": "hang"}).responses.create(
                model="gpt-4o", input=QUESTION
            )
            task = asyncio.create_task(call)
            while provider.ledger(patience=0)["in_flight"] == 0:
                await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.wait([task])

    asyncio.run(cancel())
    assert provider.ledger()["disconnects"] == 1


def test_hang_ends_in_an_error_for_who_waits(provider: LocalProvider, chat: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError):
        ask(chat.with_options(max_retries=0), "hang:0.01")
    assert provider.ledger()["errors_by_status"] == {"503": 1}


def test_whole_answers_are_compressed_for_who_accepts_it(provider: LocalProvider, chat: openai.OpenAI) -> None:
    create = chat.chat.completions.with_raw_response.create
    answer = create(model="gpt-4o", messages=MESSAGES)
    assert answer.headers["content-encoding"] == "gzip"
    assert (
        "content-encoding"
        not in create(model="gpt-4o", messages=MESSAGES, extra_headers={"accept-encoding": "identity"}).headers
    )
    with LocalProvider(Settings(speed=1000, compress=False)) as plain:
        bare = openai.OpenAI(base_url=plain.openai_base_url, api_key="sk-local")
        with bare:
            raw = bare.chat.completions.with_raw_response.create(model="gpt-4o", messages=MESSAGES)
    assert "content-encoding" not in raw.headers


def test_headers_are_those_of_each_provider(chat: openai.OpenAI, claude: anthropic.Anthropic) -> None:
    headers = chat.chat.completions.with_raw_response.create(model="gpt-4o", messages=MESSAGES).headers
    assert headers["x-request-id"].startswith("req_")
    assert int(headers["openai-processing-ms"]) >= 0
    assert int(headers["x-ratelimit-remaining-tokens"]) > 0
    raw = claude.messages.with_raw_response.create(
        model="claude-haiku-4-5", max_tokens=500, messages=[{"role": "user", "content": QUESTION}]
    )
    assert raw.headers["request-id"].startswith("req_01")
    assert int(raw.headers["anthropic-ratelimit-requests-remaining"]) > 0


def test_ledger_adds_up_over_models_users_and_operations(
    provider: LocalProvider, chat: openai.OpenAI, claude: anthropic.Anthropic
) -> None:
    usages = [ask(chat).usage for _ in range(3)]
    chat.responses.create(model="o3", input=QUESTION, safety_identifier="u1")
    chat.embeddings.create(model="text-embedding-3-small", input=QUESTION, user="u1")
    claude.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=500,
        messages=[{"role": "user", "content": QUESTION}],
        metadata={"user_id": "u2"},
    )
    with pytest.raises(openai.RateLimitError):
        ask(chat, "rate_limit")
    ledger = provider.ledger()
    assert ledger["by_operation"] == {"chat": 4, "embeddings": 1, "messages": 1, "responses": 1}
    assert ledger["by_provider"] == {"anthropic": 1, "openai": 6}
    assert ledger["by_user"] == {"u1": 2, "u2": 1}
    assert ledger["by_model"]["gpt-4o-mini"]["calls"] == 4
    assert ledger["by_model"]["gpt-4o-mini"]["failed"] == 1
    assert ledger["by_model"]["gpt-4o-mini"]["tokens"]["output"] == sum(u.completion_tokens for u in usages if u)
    for kind in ("input", "output", "cache_read", "cache_write", "reasoning"):
        assert ledger["tokens"][kind] == sum(model["tokens"][kind] for model in ledger["by_model"].values())
    assert ledger["calls"] == ledger["served"] + ledger["failed"]
    assert ledger["attempts"] == ledger["calls"] + ledger["retries"]


def test_every_scenario_can_be_parsed_and_no_other() -> None:
    assert [Scenario.parse(f"{name}:2") for name in SCENARIOS] == [Scenario(name, 2.0) for name in SCENARIOS]
    with pytest.raises(ValueError, match="unknown scenario 'meteor'"):
        Scenario.parse("meteor")


def test_unknown_scenario_is_refused_out_loud(chat: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="unknown scenario 'meteor'"):
        ask(chat, "meteor")


@pytest.mark.stack
def test_process_announces_itself_serves_its_ledger_and_stops_on_sigterm(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    examples = Path(__file__).parents[2] / "examples"
    command = [sys.executable, "-m", "provider", "--ready-file", str(ready), "--speed", "1000"]
    process = subprocess.Popen(command, cwd=examples, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        places = json.loads(process.stdout.readline())
        assert json.loads(ready.read_text()) == places
        with openai.OpenAI(base_url=places["OPENAI_BASE_URL"], api_key="sk-local") as client:
            ask(client)
        assert httpx2.get(places["ledger"]).json()["calls"] == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.communicate()


def test_every_listed_personal_value_is_written_by_a_customer() -> None:
    written = "\n".join(text for _, text in [*about_orders(36), *about_products(40), *with_secrets()])
    assert [value for value in RAW_VALUES if value not in written] == []


@pytest.mark.stack
def test_sample_application_works_through_its_day(provider: LocalProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "OPENAI_BASE_URL", provider.openai_base_url)
    monkeypatch.setitem(os.environ, "ANTHROPIC_BASE_URL", provider.anthropic_base_url)
    monkeypatch.setitem(os.environ, "OPENAI_API_KEY", "sk-local")
    monkeypatch.setitem(os.environ, "ANTHROPIC_API_KEY", "sk-local")
    summary = shop.day.run()
    ledger = provider.ledger()
    assert 450 <= ledger["calls"] <= 520
    assert ledger["calls"] == ledger["served"] + ledger["failed"]
    assert set(ledger["errors"]) == {"rate_limit", "unavailable", "auth", "bad_request", "not_found"}
    assert set(ledger["faults"]) == {"content_filter", "refusal", "truncated", "malformed_output", "empty"}
    assert ledger["by_user"]["account-66"] == 130
    assert all(ledger["tokens"][kind] > 0 for kind in ("cache_read", "cache_write", "reasoning"))
    streams = ledger["streams"]
    assert (streams["broken"], streams["failed"], streams["abandoned"], streams["without_usage"]) == (4, 2, 6, 8)
    assert "customers left" in summary
