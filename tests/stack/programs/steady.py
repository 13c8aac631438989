"""Twenty calls, one after the other; says how long the slowest took, and hands telemetry over before it ends."""

import sys
from time import monotonic
from typing import Any

from openai import OpenAI
from opentelemetry import trace


def main() -> None:
    slowest, answered = 0.0, 0
    with OpenAI() as client:
        for _ in range(20):
            started = monotonic()
            answer = client.chat.completions.create(
                model="gpt-4o-mini", messages=[{"role": "user", "content": "hello"}]
            )
            answered += answer.choices[0].finish_reason == "stop"
            slowest = max(slowest, monotonic() - started)
    print(answered, "answered")
    print("slowest:", slowest, file=sys.stderr)
    provider: Any = trace.get_tracer_provider()
    if "flush" in sys.argv:
        provider.force_flush()


if __name__ == "__main__":
    main()
