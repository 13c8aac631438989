"""How a request asks for a particular behaviour: the `x-scenario` header.

Without the header, a call is answered normally. With it, the header holds a name and, after a colon, a number:
`rate_limit:2` answers the first two attempts of a logical call with 429 and then succeeds; `rate_limit` never succeeds.
The attempt is read from `x-stainless-retry-count`, which both SDKs send, so the provider keeps no state for it.
"""

from dataclasses import dataclass

__all__ = ["SCENARIOS", "Scenario"]

SCENARIOS = {
    "rate_limit": "429 with `retry-after`, on the first N attempts (default: all)",
    "server_error": "500, on the first N attempts (default: all)",
    "unavailable": "503 (Anthropic: 529 overloaded), on the first N attempts (default: all)",
    "disconnect": "connection reset before any response, on the first N attempts (default: all)",
    "bad_request": "400 whose message quotes the user's own text",
    "auth": "401 invalid key",
    "permission": "403",
    "not_found": "404, as for a model that does not exist",
    "slow": "N real seconds (default 2) before a normal answer",
    "hang": "no response at all until the client gives up (at most N seconds, default 60, then 503)",
    "content_filter": "answer stopped by the content filter (Anthropic: stop reason `refusal`)",
    "refusal": "the model declines",
    "truncated": "answer cut off by the length limit",
    "malformed_json": "answer to a JSON request that does not parse; finish reason `stop`",
    "empty": "answer without text; finish reason `stop`",
    "leak": "answer that repeats how the prompt begins, the system message first",
    "no_usage": "answer, streamed or not, that never reports usage",
    "broken_stream": "stream whose connection is reset after N events (default 5)",
    "stream_error": "stream that sends an error event after N events (default 5) and ends",
    "stall": "stream that stops sending after N events (default 5) until the client gives up, at most 60 s",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A parsed `x-scenario` header; `name` is empty for a normal answer."""

    name: str = ""
    argument: float | None = None

    @classmethod
    def parse(cls, header: str) -> "Scenario":
        """Read a header's value.

        Raises:
            ValueError: the name is not one of `SCENARIOS`, or what follows the colon is not a number.
        """
        name, _, argument = header.strip().partition(":")
        if name and name not in SCENARIOS:
            raise ValueError(f"unknown scenario {name!r}; known: {', '.join(SCENARIOS)}")
        return cls(name, float(argument) if argument else None)

    def number(self, name: str, default: float) -> float | None:
        """The argument of scenario `name`, or `default`; None when the scenario is another one."""
        if self.name != name:
            return None
        return default if self.argument is None else self.argument

    def hits(self, name: str, attempt: int) -> bool:
        """Whether this attempt (0 is the first) of a call fails by scenario `name`."""
        limit = self.number(name, float("inf"))
        return limit is not None and attempt < limit
