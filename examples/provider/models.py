"""The models on offer: their dated names, and how fast they are."""

from dataclasses import dataclass

__all__ = ["CATALOGUE", "Model", "find"]


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    `snapshot` is the name that responses carry, dated where the provider dates it. `first_token` is the time to the
    first output token and `per_token` the time between two, both in seconds before the provider's speed-up. `reasons`
    marks a model that spends reasoning tokens unasked.
    """

    name: str
    owner: str
    snapshot: str
    first_token: float
    per_token: float
    reasons: bool = False


CATALOGUE = (
    Model("gpt-4o", "openai", "gpt-4o-2024-08-06", 0.55, 0.012),
    Model("gpt-4o-mini", "openai", "gpt-4o-mini-2024-07-18", 0.40, 0.009),
    Model("gpt-4.1", "openai", "gpt-4.1-2025-04-14", 0.60, 0.012),
    Model("gpt-4.1-mini", "openai", "gpt-4.1-mini-2025-04-14", 0.45, 0.009),
    Model("gpt-4.1-nano", "openai", "gpt-4.1-nano-2025-04-14", 0.30, 0.006),
    Model("gpt-5", "openai", "gpt-5-2025-08-07", 1.20, 0.010, reasons=True),
    Model("gpt-5-mini", "openai", "gpt-5-mini-2025-08-07", 0.90, 0.008, reasons=True),
    Model("gpt-5-nano", "openai", "gpt-5-nano-2025-08-07", 0.70, 0.006, reasons=True),
    Model("o3", "openai", "o3-2025-04-16", 1.50, 0.012, reasons=True),
    Model("o3-mini", "openai", "o3-mini-2025-01-31", 1.10, 0.009, reasons=True),
    Model("o4-mini", "openai", "o4-mini-2025-04-16", 1.10, 0.009, reasons=True),
    Model("text-embedding-3-small", "openai", "text-embedding-3-small", 0.12, 0.0),
    Model("text-embedding-3-large", "openai", "text-embedding-3-large", 0.18, 0.0),
    Model("text-embedding-ada-002", "openai", "text-embedding-ada-002-v2", 0.15, 0.0),
    Model("acme-llm-9", "acme", "acme-llm-9", 0.50, 0.010),
    Model("claude-opus-4-5", "anthropic", "claude-opus-4-5-20251101", 1.30, 0.018),
    Model("claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5-20250929", 0.80, 0.013),
    Model("claude-sonnet-4-6", "anthropic", "claude-sonnet-4-6", 0.80, 0.013),
    Model("claude-haiku-4-5", "anthropic", "claude-haiku-4-5-20251001", 0.45, 0.007),
)

_BY_NAME = {name: model for model in CATALOGUE for name in (model.name, model.snapshot)}


def find(name: str) -> Model | None:
    """The model called `name`, by its short or its dated name; None when there is no such model."""
    return _BY_NAME.get(name)
