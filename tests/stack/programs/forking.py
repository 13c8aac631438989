"""Calls before and after a process splits, each named for where it was made."""

import multiprocessing
import os
import sys
from typing import Any

from openai import OpenAI
from opentelemetry import trace

CALLS = 4


def call(where: str, client: OpenAI) -> None:
    for number in range(CALLS):
        client.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "hello"}], user=f"{where}-{number}"
        )


def work(where: str) -> None:
    with OpenAI() as client:
        call(where, client)


def fork(number: int) -> int:
    child = os.fork()
    if child == 0:
        work(f"child{number}")
        sys.exit(0)
    return child


def fork_within_a_stream(client: OpenAI) -> None:
    """The call belongs to the parent, which reads it to its end while the child works on its own."""
    stream = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "hello"}], stream=True, user="split"
    )
    next(iter(stream))
    child = fork(0)
    for _ in stream:
        pass
    os.waitpid(child, 0)


def main(way: str) -> None:
    with OpenAI() as client:
        call("before", client)
        trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]
        if way == "stream":
            fork_within_a_stream(client)
        elif way == "os.fork":
            children = [fork(0), fork(1)]
            call("after", client)
            print(sorted(os.waitpid(child, 0)[1] for child in children))
        else:
            context: Any = multiprocessing.get_context(way)
            processes = [context.Process(target=work, args=(f"child{number}",)) for number in range(2)]
            for process in processes:
                process.start()
            call("after", client)
            for process in processes:
                process.join()
            print(sorted(process.exitcode or 0 for process in processes))


if __name__ == "__main__":
    main(sys.argv[1])
