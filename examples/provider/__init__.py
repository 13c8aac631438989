"""A local LLM provider that speaks OpenAI's and Anthropic's wire formats, and keeps a ledger of what it served.

    with LocalProvider() as provider:
        client = OpenAI(base_url=provider.openai_base_url, api_key="any")
        ...
        provider.ledger()["calls"]

Scenarios (rate limits, broken streams, refusals…) are asked for with an `x-scenario` header; see `SCENARIOS`.
"""

from provider.ledger import LedgerReport
from provider.local import LocalProvider
from provider.scenario import SCENARIOS
from provider.service import Settings

__all__ = ["SCENARIOS", "LedgerReport", "LocalProvider", "Settings"]
