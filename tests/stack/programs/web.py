"""A WSGI application that asks a model for each request; the client is made before the server forks."""

from collections.abc import Callable
from typing import Any

from openai import OpenAI

client = OpenAI()
client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "warm up"}], user="warm-up")


def application(environ: dict[str, Any], start_response: Callable[[str, list[Any]], object]) -> list[bytes]:
    answer = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": "hello"}],
        user=environ["PATH_INFO"].strip("/"),
    )
    start_response("200 OK", [("content-type", "text/plain")])
    return [str(answer.choices[0].finish_reason).encode()]
