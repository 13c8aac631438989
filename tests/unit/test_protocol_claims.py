"""Which requests are GenAI calls, and whose."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from spanwise.instrumentation.protocols import Claim, claim, set_providers
from unit.wire_examples import ASK, ASK_CLAUDE, ASK_RESPONSES, CHAT

EVERYTHING = json.dumps({**ASK_CLAUDE, "input": "x", "prompt": "x", "query": "x", "documents": [], "stream": True})


def claimed(host: str, path: str, body: str = EVERYTHING, method: str = "POST") -> Claim | None:
    return claim(method, host, path, lambda: body.encode())


@pytest.mark.parametrize(
    ("host", "path", "provider"),
    [
        ("api.openai.com", "/v1/chat/completions", "openai"),
        ("eu.api.openai.com", "/v1/chat/completions", "openai"),
        ("me.openai.azure.com", "/openai/deployments/mine/chat/completions", "azure.ai.openai"),
        ("me.openai.azure.com", "/openai/v1/responses", "azure.ai.openai"),
        ("api.groq.com", "/openai/v1/chat/completions", "groq"),
        ("api.deepseek.com", "/beta/completions", "deepseek"),
        ("api.mistral.ai", "/v1/embeddings", "mistral_ai"),
        ("api.x.ai", "/v1/responses", "x_ai"),
        ("api.together.xyz", "/v1/chat/completions", "together_ai"),
        ("openrouter.ai", "/api/v1/chat/completions", "openrouter"),
        ("api.perplexity.ai", "/chat/completions", "perplexity"),
        ("api.fireworks.ai", "/inference/v1/chat/completions", "fireworks"),
        ("api.writer.com", "/v1/chat", "writer"),
        ("api.anthropic.com", "/v1/messages", "anthropic"),
        ("api.anthropic.com", "/v1/messages?beta=true", "anthropic"),
        ("API.Anthropic.com", "/v1/messages/", "anthropic"),
        ("localhost", "/v1/chat/completions", "openai"),
        ("10.0.0.7", "/proxy/v1/messages", "anthropic"),
        ("", "/v1/embeddings", "openai"),
    ],
)
def test_host_names_the_provider(host: str, path: str, provider: str) -> None:
    found = claimed(host, path)
    assert found is not None
    assert found.provider == provider


@pytest.mark.parametrize(
    ("method", "host", "path"),
    [
        ("GET", "api.openai.com", "/v1/responses/resp_1"),
        ("GET", "api.openai.com", "/v1/chat/completions"),
        ("DELETE", "api.openai.com", "/v1/responses/resp_1"),
        ("POST", "api.openai.com", "/v1/responses/resp_1/cancel"),
        ("POST", "api.openai.com", "/v1/responses/input_tokens"),
        ("POST", "api.openai.com", "/v1/chat/completions/chatcmpl-1"),
        ("POST", "api.openai.com", "/v1/threads/thread_1/messages"),
        ("POST", "api.openai.com", "/v1/threads/thread_1/runs"),
        ("POST", "api.openai.com", "/v1/assistants"),
        ("POST", "api.openai.com", "/v1/images/generations"),
        ("POST", "api.openai.com", "/v1/files"),
        ("POST", "api.openai.com", "/v1/batches"),
        ("POST", "api.openai.com", "/v1/moderations"),
        ("POST", "api.openai.com", "/v1/traces/ingest"),
        ("POST", "api.openai.com", "/v1/chat"),
        ("POST", "api.anthropic.com", "/v1/messages/count_tokens"),
        ("POST", "api.anthropic.com", "/v1/messages/batches"),
        ("POST", "api.anthropic.com", "/v1/oauth/token"),
        ("POST", "chroma.internal", "/api/v2/collections/x/query"),
        ("POST", "collector.internal", "/v1/traces"),
        ("POST", "slack.example", "/api/messages"),
        ("POST", "example.com", ""),
        ("POST", "example.com", "/"),
    ],
)
def test_other_traffic_is_not_claimed(method: str, host: str, path: str) -> None:
    assert claimed(host, path, method=method) is None


def test_the_body_is_asked_for_only_where_the_path_matches() -> None:
    def body() -> bytes:
        raise AssertionError("asked for the body")

    assert claim("POST", "example.com", "/v1/users", body) is None


def test_a_known_host_needs_no_body() -> None:
    found = claim("POST", *CHAT, lambda: None)
    assert found is not None
    assert found[:3] == ("chat", "openai", "")


def test_azure_names_the_model_in_its_path() -> None:
    path = "/openai/deployments/my%20gpt/chat/completions?api-version=2024-06-01"
    body = json.dumps({"messages": []})
    found = claimed("me.openai.azure.com", path, body)
    assert found is not None
    assert found.model == "my gpt"


@pytest.mark.parametrize(
    ("body", "model"),
    [
        ('{"model":"a"}', "a"),
        ('{"model" : "a"}', ""),
        ('{"model":\n  "a"}', "a"),
        ('{"messages":[{"content":"{\\"model\\":\\"fake\\"}"}],"model":"a"}', "a"),
        ('{"model":null}', ""),
        ('{"model":3,"user":"x"}', ""),
        ('{"model":"', ""),
        ('{"model":"é"}', "é"),
    ],
)
def test_the_model_is_sliced_from_the_body(body: str, model: str) -> None:
    found = claimed(*CHAT, body)
    assert found is not None
    assert found.model == model


def test_keys_of_a_large_body_are_found_at_its_ends() -> None:
    question = {"role": "user", "content": "x" * 500_000}
    for request in (
        {"model": "a", "messages": [question]},
        {"messages": [question], "model": "a"},
    ):
        found = claimed("localhost", "/v1/chat/completions", json.dumps(request))
        assert found is not None
        assert found.model == "a"


def test_an_ollama_request_for_embeddings_is_not_of_this_format() -> None:
    body = json.dumps({"model": "llama3", "prompt": "x"})
    assert claimed("localhost", "/api/embeddings", body) is None


def test_responses_are_told_from_chat_by_their_path() -> None:
    found = claimed("localhost", "/v1/responses", json.dumps(ASK_RESPONSES))
    assert found is not None
    assert claimed("localhost", "/v1/responses", json.dumps(ASK)) is None


@pytest.fixture
def named_hosts() -> Iterator[None]:
    set_providers({"llm.internal": "vllm", "api.openai.com": "gateway"})
    yield
    set_providers({})


@pytest.mark.usefixtures("named_hosts")
def test_settings_name_the_provider_of_a_host_and_its_subdomains() -> None:
    for host, provider in (("llm.internal", "vllm"), ("a.llm.internal", "vllm"), ("api.openai.com", "gateway")):
        found = claimed(host, "/v1/chat/completions")
        assert found is not None
        assert found.provider == provider


def test_settings_are_forgotten_when_they_are_replaced() -> None:
    set_providers({"llm.internal": "vllm"})
    set_providers({})
    found = claimed("llm.internal", "/v1/chat/completions")
    assert found is not None
    assert found.provider == "openai"
