"""Many calls at once, from threads and from coroutines; some of them are cancelled."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from openai import AsyncOpenAI, OpenAI

THREADS, COROUTINES, CANCELLED = 24, 24, 4


def main() -> None:
    with OpenAI() as client, ThreadPoolExecutor(8) as pool:
        answers = [
            task.result()
            for task in [pool.submit(ask, client, f"thread-{n}", stream=n % 2 == 0) for n in range(THREADS)]
        ]
    answers += asyncio.run(together())
    print(len(answers), sum(answers))


def ask(client: OpenAI, user: str, *, stream: bool) -> bool:
    if not stream:
        answer = client.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "hello"}], user=user
        )
        return answer.choices[0].finish_reason == "stop"
    chunks = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "hello"}], user=user, stream=True
    )
    return any(chunk.choices[0].finish_reason == "stop" for chunk in chunks if chunk.choices)


async def together() -> list[bool]:
    async with AsyncOpenAI() as client:
        stuck = [asyncio.create_task(ask_async(client, f"cancelled-{number}", "hang")) for number in range(CANCELLED)]
        answers = await asyncio.gather(*(ask_async(client, f"coroutine-{number}") for number in range(COROUTINES)))
        for task in stuck:
            task.cancel()
        ended = await asyncio.gather(*stuck, return_exceptions=True)
    return answers + [isinstance(error, asyncio.CancelledError) for error in ended]


async def ask_async(client: AsyncOpenAI, user: str, scenario: str = "") -> bool:
    answer = await client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": "hello"}],
        user=user,
        extra_headers={"x-scenario": scenario},
    )
    return answer.choices[0].finish_reason == "stop"


if __name__ == "__main__":
    main()
