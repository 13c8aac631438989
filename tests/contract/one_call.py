"""One call without a network, and what may be done to its span meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from opentelemetry.sdk.trace import ReadableSpan

__all__ = ["ANSWER", "REQUEST", "URL", "Hook", "ask", "attributes_of"]

URL = "https://api.openai.com/v1/chat/completions"
REQUEST = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hello"}], "temperature": 0.2}
ANSWER = {
    "id": "chatcmpl-1",
    "model": "gpt-4o-mini-2024-07-18",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 4},
}

Hook = Callable[[httpx.Request], None]


def ask(hook: Hook | None = None, status: int = 200) -> httpx.Response:
    """One call; the hook runs while it is sent."""

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=ANSWER if status == 200 else {"error": {"message": "no", "code": "bad"}})

    hooks = {"request": [hook] if hook else []}
    with httpx.Client(transport=httpx.MockTransport(respond), event_hooks=hooks) as client:
        return client.post(URL, json=REQUEST)


def attributes_of(span: ReadableSpan) -> dict[str, Any]:
    """A copy that is never None."""
    return dict(span.attributes or {})
