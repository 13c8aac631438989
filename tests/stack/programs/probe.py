"""Ask a server in every way for each kind of answer, and print exactly what came of it.

Arguments: where the server is, the longest wait in seconds, the ways to ask, and what to ask for.
"""

import asyncio
import hashlib
import sys
import warnings
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import httpx
import httpx2
from openai import AsyncOpenAI, OpenAI

Way = Callable[[str, float, dict[str, Any]], str]
STREAMED: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}


def digest(data: object) -> str:
    raw = data if isinstance(data, bytes) else str(data).encode()
    return f"{len(raw)} bytes {hashlib.sha256(raw).hexdigest()[:16]}"


def told(error: BaseException) -> str:
    """The type, the text and the cause of an exception."""
    return (
        f"{type(error).__module__}.{type(error).__qualname__}: {str(error)[:300]} <- {type(error.__cause__).__name__}"
    )


def ask(client: Any, **question: Any) -> Any:
    return client.chat.completions.create(**question)


def openai(base: str, patience: float, question: dict[str, Any]) -> str:
    with OpenAI(base_url=base, max_retries=0, timeout=patience) as client:
        answer = ask(client, **question)
    return f"{type(answer).__name__} {digest(answer)}"


def openai_stream(base: str, patience: float, question: dict[str, Any]) -> str:
    seen: list[object] = []
    try:
        with OpenAI(base_url=base, max_retries=0, timeout=patience) as client:
            seen.extend(ask(client, **question, **STREAMED))
    except Exception as error:
        return f"{len(seen)} chunks {digest(seen)}, then {told(error)}"
    return f"{len(seen)} chunks {digest(seen)}"


async def openai_async(base: str, patience: float, question: dict[str, Any]) -> str:
    async with AsyncOpenAI(base_url=base, max_retries=0, timeout=patience) as client:
        answer = await ask(client, **question)
    return f"{type(answer).__name__} {digest(answer)}"


async def openai_async_stream(base: str, patience: float, question: dict[str, Any]) -> str:
    seen: list[object] = []
    try:
        async with AsyncOpenAI(base_url=base, max_retries=0, timeout=patience) as client:
            stream = await ask(client, **question, **STREAMED)
            async for chunk in stream:
                seen.append(chunk)
    except Exception as error:
        return f"{len(seen)} chunks {digest(seen)}, then {told(error)}"
    return f"{len(seen)} chunks {digest(seen)}"


def post(module: Any, base: str, patience: float, question: dict[str, Any]) -> str:
    with module.Client(timeout=patience) as client:
        response = client.post(f"{base}/chat/completions", json=question)
    same = type(response) is module.Response and response.is_closed and response.elapsed.total_seconds() > 0
    return f"{response.status_code} {digest(response.content)} {response.headers.get('content-type')} {same}"


def stream(module: Any, base: str, patience: float, question: dict[str, Any]) -> str:
    """Raw bytes, so that nothing is decoded on the way."""
    body = b""
    try:
        with module.Client(timeout=patience) as client:
            asked = {**question, **STREAMED}
            with client.stream("POST", f"{base}/chat/completions", json=asked) as response:
                for piece in response.iter_raw():
                    body += piece
    except Exception as error:
        return f"{digest(body)}, then {told(error)}"
    elapsed = response.elapsed.total_seconds() > 0
    return f"{response.status_code} {digest(body)} {response.num_bytes_downloaded} {elapsed}"


def awaited(way: Callable[[str, float, dict[str, Any]], Awaitable[str]]) -> Way:
    async def run(base: str, patience: float, question: dict[str, Any]) -> str:
        return await way(base, patience, question)

    return lambda base, patience, question: asyncio.run(run(base, patience, question))


WAYS: dict[str, Way] = {
    "openai": openai,
    "openai-stream": openai_stream,
    "openai-async": awaited(openai_async),
    "openai-async-stream": awaited(openai_async_stream),
    "httpx": partial(post, httpx),
    "httpx-stream": partial(stream, httpx),
    "httpx2": partial(post, httpx2),
    "httpx2-stream": partial(stream, httpx2),
}


def main(server: str, patience: float, ways: list[str], cases: list[str]) -> None:
    for case in cases:
        for way in ways:
            question = {
                "model": "gpt-4o-mini",
                "messages": [{"role": "user", "content": "How is it?"}],
                "user": f"{case} {way}",
            }
            try:
                result = WAYS[way](f"{server}/{case}/v1", patience, question)
            except Exception as error:
                result = told(error)
            print(f"{case} {way} | {result}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3].split(","), sys.argv[4].split(","))
