"""Host to provider, by the names of the semantic conventions where they have one."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["provider_of", "set_providers"]

_PROVIDERS: dict[str, str] = {
    "api.openai.com": "openai",
    "openai.azure.com": "azure.ai.openai",
    "cognitiveservices.azure.com": "azure.ai.openai",
    "services.ai.azure.com": "azure.ai.inference",
    "models.inference.ai.azure.com": "azure.ai.inference",
    "models.github.ai": "azure.ai.inference",
    "api.anthropic.com": "anthropic",
    "api.groq.com": "groq",
    "api.deepseek.com": "deepseek",
    "api.mistral.ai": "mistral_ai",
    "codestral.mistral.ai": "mistral_ai",
    "api.x.ai": "x_ai",
    "api.together.xyz": "together_ai",
    "together.ai": "together_ai",
    "openrouter.ai": "openrouter",
    "api.perplexity.ai": "perplexity",
    "fireworks.ai": "fireworks",
    "api.cerebras.ai": "cerebras",
    "api.sambanova.ai": "sambanova",
    "api.moonshot.ai": "moonshot_ai",
    "api.moonshot.cn": "moonshot_ai",
    "api.writer.com": "writer",
    "api.voyageai.com": "voyageai",
    "api.jina.ai": "jina",
    "api.cohere.com": "cohere",
    "api.cohere.ai": "cohere",
    "deepinfra.com": "deepinfra",
    "router.huggingface.co": "huggingface",
    "generativelanguage.googleapis.com": "gcp.gemini",
    "aiplatform.googleapis.com": "gcp.vertex_ai",
    "integrate.api.nvidia.com": "nvidia",
    "ml.cloud.ibm.com": "ibm.watsonx.ai",
}

_overrides: dict[str, str] = {}
_found: dict[str, str | None] = {}
_LIMIT = 1024


def set_providers(mapping: Mapping[str, str]) -> None:
    """Name the provider of hosts that the table does not know, or names otherwise; a host stands for its subdomains.

    Replaces what was set before.
    """
    _overrides.clear()
    _overrides.update({host.lower(): provider for host, provider in mapping.items()})
    _found.clear()


def provider_of(host: str) -> str | None:
    """The provider behind `host`; `None` for a host of no known one."""
    try:
        return _found[host]
    except KeyError:
        pass
    if len(_found) >= _LIMIT:
        _found.clear()
    provider = _found[host] = _look_up(host.lower().rstrip("."))
    return provider


def _look_up(host: str) -> str | None:
    domain = host
    while domain:
        provider = _overrides.get(domain) or _PROVIDERS.get(domain)
        if provider is not None:
            return provider
        domain = domain.partition(".")[2]
    return None
