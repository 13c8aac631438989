"""The server that the judging model runs on. The standard library's client: nothing of the application's is used."""

from __future__ import annotations

import urllib.request
from http.client import HTTPMessage
from typing import IO

from spanwise.core.context import PROPERTY
from spanwise.core.json_text import to_json
from spanwise.processors.judge.settings import JudgeSettings

__all__ = ["MARK", "ask"]

MARK = f"{PROPERTY}judge"
"""Baggage of the judge's own requests, and so an attribute of the calls that a gateway on their way makes of them."""
_MOST_BYTES = 1 << 20


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is meant for one server, and its key, goes to no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def ask(settings: JudgeSettings, messages: list[dict[str, str]]) -> bytes:
    """The body of the chat completion.

    Raises:
        OSError: there is no good answer; `urllib.error.HTTPError` where the server says why.
        http.client.HTTPException: what came is not HTTP.
    """
    body = {"model": settings.model, "messages": messages, "response_format": {"type": "json_object"}}
    headers = {"Content-Type": "application/json", "User-Agent": "spanwise", "baggage": f"{MARK}=true"}
    if settings.key:
        headers["Authorization"] = f"Bearer {settings.key}"
    url = settings.url.rstrip("/") + "/chat/completions"
    request = urllib.request.Request(url, to_json(body).encode(), headers)
    opener = urllib.request.build_opener(_NoRedirect)
    with opener.open(request, timeout=settings.timeout) as response:
        data: bytes = response.read(_MOST_BYTES)
    return data
