"""What would have prevented it, or made it smaller, as far as numbers suggest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spanwise.distro.incident.cells import Factor
from spanwise.distro.incident.symptom import Symptom
from spanwise.semconv import attributes as names

__all__ = ["advise"]

_OF_SYMPTOM: dict[str, str] = {
    "rate_limit": "Spread or queue the load in front of the provider's limit, and let retries honour retry-after.",
    "auth": "Watch the expiry of provider keys, and rotate them with an overlap.",
    "failures": "Give calls a second provider or model to fall back to, behind a circuit breaker.",
    "truncated": "Set max_tokens from the lengths that answers have, and ask for shorter ones.",
    "malformed_output": "Ask for structured output with a schema, and repair or repeat once.",
    "empty": "Treat an empty answer as a failure in the application: repeat once, then say so to the user.",
    "refusal": "Keep the prompts that were refused as test cases, run against each new prompt version.",
    "content_filter": "Keep the prompts that were filtered as test cases, run against each new prompt version.",
    "cost": "Set a budget per feature that degrades to a cheaper model before the daily sum is spent.",
    "cost_per_call": "Compare cost per call of a new version with the old one before it takes all traffic.",
    "unpriced": "Add prices of new models (SPANWISE_PRICE_OVERRIDES) before they take traffic.",
    "tokens": "Limit what goes into a prompt (history, documents), and set max_tokens.",
    "cache": "Keep the beginning of prompts constant: nothing that changes (time, ids) before the cached part.",
    "flagged": "Limit calls per user, and refuse tools and secrets to flagged conversations.",
    "judged": "Read what the judge says of its finds, and make screening or the prompt cover the kind that is true.",
    "redacted": "Remove the value where it enters the prompt; redaction protects telemetry, not the provider's copy.",
    "latency": "Set a timeout from the usual 99th percentile, and hedge or fall back beyond it.",
    "first_chunk": "Shorten prompts or keep them cached: time to the first chunk grows with uncached input.",
    "retries": "Cap attempts with a retry budget; retries of an overloaded provider prolong it.",
    "calls": "Test the path from the entrance to the first call with a probe, so that silence is told from no demand.",
    "telemetry": "Size the pipeline's queue for the peak, and alert on its fill before it is full.",
}

_OF_DIMENSION: dict[str, str] = {
    "service.version": "Give a version like {value} a small share of traffic first, and compare it with the old one.",
    names.REQUEST_MODEL: "Have an alternative to {value} configured and tested.",
    names.PROVIDER_NAME: "Have an alternative to {value} configured and tested.",
    names.FEATURE: "Give {value} its own limit (rate, budget, timeout), so that it cannot affect the rest.",
    names.ENDPOINT: "Give {value} its own limit (rate, budget, timeout), so that it cannot affect the rest.",
    names.USER_ID: "Limit calls and cost per user.",
    names.TENANT: "Limit calls and cost per tenant.",
    names.PROMPT_VERSION: "Run prompt version {value} against recorded cases before it is used.",
    names.VARIANT: "Give the experiment a stop rule on this figure.",
}


def advise(symptom: Symptom, ranked: Sequence[Factor]) -> Iterator[str]:
    """One line for the symptom and one for each dimension of the telling factors; hints, not findings."""
    said: set[str] = set()
    for factor in ranked:
        line = _OF_DIMENSION.get(factor.dimension, "").format(value=factor.value)
        if line and factor.dimension not in said:
            said.add(factor.dimension)
            yield line
    if symptom.name in _OF_SYMPTOM:
        yield _OF_SYMPTOM[symptom.name]
