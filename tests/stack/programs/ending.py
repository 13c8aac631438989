"""One call that ends well, one stream that stands still in the middle, and a way for the process to end meanwhile."""

import asyncio
import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

QUESTION: list[ChatCompletionMessageParam] = [
    {"role": "user", "content": "Please write to grace.miller@gmail.com about the order."}
]
STALLED = {"x-scenario": "stall:8"}


def ask(client: OpenAI) -> None:
    client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION)


def read(client: OpenAI) -> None:
    """Read a stream that never ends; say when its first words came."""
    with client.chat.completions.create(
        model="gpt-4o", messages=QUESTION, stream=True, extra_headers=STALLED
    ) as stream:
        for number, _ in enumerate(stream):
            if number == 3:
                print("streaming", flush=True)


def in_threads(client: OpenAI) -> None:
    """Go on once two streams are open in threads that nobody waits for."""
    opened = threading.Semaphore(0)

    def read_quietly() -> None:
        stream = client.chat.completions.create(model="gpt-4o", messages=QUESTION, stream=True, extra_headers=STALLED)
        next(iter(stream))
        opened.release()
        for _ in stream:
            pass

    for _ in range(2):
        threading.Thread(target=read_quietly, daemon=True).start()
    for _ in range(2):
        opened.acquire()


def handle(number: int, frame: FrameType | None) -> NoReturn:
    print("handled", signal.Signals(number).name)
    sys.exit(3)


async def handle_in_loop(client: OpenAI) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    reading = threading.Thread(target=read, args=(client,), daemon=True)
    reading.start()
    await stop.wait()
    print("handled in the loop")


def main(way: str) -> None:
    client = OpenAI()
    ask(client)
    if way == "handler":
        signal.signal(signal.SIGTERM, handle)
    if way == "interrupted":  # a shell starts what runs in its background with this signal ignored
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if way in ("killed", "interrupted", "handler"):
        read(client)
    elif way == "loop":
        asyncio.run(handle_in_loop(client))
    in_threads(client)
    print("leaving", flush=True)
    if way == "sys.exit":
        sys.exit(7)
    if way == "os._exit":
        os._exit(9)
    if way == "exception":
        raise ValueError("grace.miller@gmail.com is not an order")


if __name__ == "__main__":
    main(sys.argv[1])
