"""Every way to leave a call before it is over."""

import asyncio
import gc
from contextlib import suppress
from typing import Any

from openai import AsyncOpenAI, OpenAI


def question(user: str, scenario: str, **more: Any) -> dict[str, Any]:
    return {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": "hello"}],
        "user": user,
        "extra_headers": {"x-scenario": scenario},
        **more,
    }


def ask(client: Any, **asked: Any) -> Any:
    return client.chat.completions.create(**asked)


def main() -> None:
    with OpenAI() as client:
        closed(client)
        forgotten(client)
        raised(client)
    asyncio.run(asynchronous())


def closed(client: OpenAI) -> None:
    with ask(client, **question("closed", "stall:8", stream=True)) as stream:
        print("closed", next(iter(stream)).object)


def forgotten(client: OpenAI) -> None:
    stream = ask(client, **question("forgotten", "stall:8", stream=True))
    print("forgotten", next(iter(stream)).object)
    del stream
    gc.collect()


def raised(client: OpenAI) -> None:
    with suppress(ZeroDivisionError), ask(client, **question("raised", "stall:8", stream=True)) as s:
        for number, _ in enumerate(s):
            print("raised", 1 / (2 - number))


async def asynchronous() -> None:
    async with AsyncOpenAI() as client:
        await cancelled(client)
        await cancelled_in_stream(client)
        await timed_out(client)
        async with await ask(client, **question("left", "stall:8", stream=True)) as stream:
            async for chunk in stream:
                print("left", chunk.object)
                break


async def cancelled(client: AsyncOpenAI) -> None:
    task = asyncio.create_task(ask(client, **question("cancelled", "hang")))
    await asyncio.sleep(0.3)
    task.cancel()
    await asyncio.wait([task])
    print("cancelled", task.cancelled())


async def cancelled_in_stream(client: AsyncOpenAI) -> None:
    started = asyncio.Event()

    async def read() -> None:
        stream = await ask(client, **question("cancelled-in-stream", "stall:8", stream=True))
        async for _ in stream:
            started.set()

    task = asyncio.create_task(read())
    await started.wait()
    await asyncio.sleep(0.3)
    task.cancel()
    await asyncio.wait([task])
    print("cancelled in stream", task.cancelled())


async def timed_out(client: AsyncOpenAI) -> None:
    try:
        await asyncio.wait_for(ask(client, **question("timed-out", "hang")), 0.3)
    except asyncio.TimeoutError as error:
        print("timed out", type(error).__name__)


if __name__ == "__main__":
    main()
