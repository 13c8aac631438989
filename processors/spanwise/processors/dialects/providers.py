"""Who serves the model: other spellings to the conventions' `gen_ai.provider.name`."""

from __future__ import annotations

__all__ = ["model_family", "provider_name"]

_SPELLINGS: dict[str, str] = {
    "az.ai.inference": "azure.ai.inference",
    "az.ai.openai": "azure.ai.openai",
    "azure": "azure.ai.openai",
    "azure_openai": "azure.ai.openai",
    "azure-openai": "azure.ai.openai",
    "azureopenai": "azure.ai.openai",
    "azure_ai": "azure.ai.inference",
    "aws": "aws.bedrock",
    "aws_bedrock": "aws.bedrock",
    "bedrock": "aws.bedrock",
    "bedrock_converse": "aws.bedrock",
    "amazon_bedrock": "aws.bedrock",
    "amazon-bedrock": "aws.bedrock",
    "google": "gcp.gen_ai",
    "google_genai": "gcp.gen_ai",
    "google_generative_ai": "gcp.gemini",
    "google.generative-ai": "gcp.gemini",
    "gemini": "gcp.gemini",
    "vertexai": "gcp.vertex_ai",
    "vertex_ai": "gcp.vertex_ai",
    "google_vertexai": "gcp.vertex_ai",
    "google.vertex": "gcp.vertex_ai",
    "watsonx": "ibm.watsonx.ai",
    "ibm": "ibm.watsonx.ai",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "xai": "x_ai",
    "moonshot": "moonshot_ai",
    "moonshotai": "moonshot_ai",
    "together": "together_ai",
    "togetherai": "together_ai",
    "fireworks_ai": "fireworks",
    "fireworks-ai": "fireworks",
}
_KNOWN = frozenset(
    {
        *_SPELLINGS.values(),
        "anthropic",
        "cerebras",
        "cohere",
        "deepinfra",
        "deepseek",
        "groq",
        "huggingface",
        "jina",
        "nvidia",
        "ollama",
        "openai",
        "openrouter",
        "perplexity",
        "sambanova",
        "voyageai",
        "writer",
    }
)
_FRAMEWORKS = frozenset({"langchain", "langgraph", "llamaindex", "llama_index", "litellm", "haystack", "dspy"})
_FAMILIES: tuple[tuple[str, str], ...] = (
    ("gpt-", "openai"),
    ("chatgpt-", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("ft:gpt-", "openai"),
    ("text-embedding-", "openai"),
    ("claude-", "anthropic"),
    ("gemini-", "gcp.gemini"),
    ("mistral-", "mistral_ai"),
    ("ministral-", "mistral_ai"),
    ("codestral-", "mistral_ai"),
    ("command-", "cohere"),
    ("deepseek-", "deepseek"),
    ("grok-", "x_ai"),
)


def provider_name(given: str) -> str | None:
    """The conventions' name for what an emitter calls the provider; None for a framework, which is no provider.

    A name of nobody known stays as it is. `openai.chat` names a provider and one of its APIs.
    """
    word = given.lower()
    while word:
        found = _SPELLINGS.get(word) or (word if word in _KNOWN else None)
        if found is not None:
            return found
        if word in _FRAMEWORKS:
            return None
        word = word.rpartition(".")[0]
    return given


def model_family(model: str) -> str | None:
    """The provider whose models are named like this one: a guess, for spans that name no provider."""
    return next((provider for start, provider in _FAMILIES if model.startswith(start)), None)
