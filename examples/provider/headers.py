"""Response headers as each provider sends them."""

from datetime import datetime, timedelta, timezone
from typing import TypeAlias

from provider.wire import new_id

__all__ = ["Headers", "anthropic", "openai"]

Headers: TypeAlias = dict[str, str]


def openai(milliseconds: int) -> Headers:
    """OpenAI's headers for an answer that took `milliseconds` to prepare."""
    return {
        "x-request-id": new_id("req_", 32),
        "openai-processing-ms": str(milliseconds),
        "openai-version": "2020-10-01",
        "openai-organization": "org-local",
        "x-ratelimit-limit-requests": "10000",
        "x-ratelimit-remaining-requests": "9999",
        "x-ratelimit-reset-requests": "6ms",
        "x-ratelimit-limit-tokens": "2000000",
        "x-ratelimit-remaining-tokens": "1998000",
        "x-ratelimit-reset-tokens": "60ms",
    }


def anthropic(milliseconds: int) -> Headers:
    """Anthropic's headers; it does not tell how long an answer took."""
    del milliseconds
    reset = (datetime.now(timezone.utc) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "request-id": new_id("req_01", 22),
        "anthropic-organization-id": "00000000-0000-4000-8000-000000000000",
        "anthropic-ratelimit-requests-limit": "4000",
        "anthropic-ratelimit-requests-remaining": "3999",
        "anthropic-ratelimit-requests-reset": reset,
        "anthropic-ratelimit-input-tokens-limit": "2000000",
        "anthropic-ratelimit-input-tokens-remaining": "1998000",
        "anthropic-ratelimit-input-tokens-reset": reset,
    }
