"""JSON over HTTP, with the standard library alone."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from typing import cast

__all__ = ["NoAnswer", "Server", "field", "items", "number", "text"]

_TIMEOUT_S = 20.0
_LARGEST = 64 * 1024 * 1024
_PATIENCE = 3
"""Failures in a row after which a server is not asked again."""


class NoAnswer(Exception):
    """A query had no answer; the text is one line that says from whom and why."""


class Server:
    """A server at an address such as `http://prometheus:9090`, or below a path of one.

    Args:
        headers: sent with each request, e.g. `Authorization` or `X-Scope-OrgID`.

    Raises:
        ValueError: it is no address of HTTP.
    """

    def __init__(self, name: str, url: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is no address of {name}: it begins with http:// or https://")
        self.name, self.url = name, url.rstrip("/")
        self._headers = dict(headers or {})
        self._failures = 0

    def get(self, path: str, parameters: Mapping[str, str]) -> object:
        """What the server answers, as JSON.

        Raises:
            NoAnswer: it cannot be reached, refuses, is too slow, or answers something else.
        """
        if self._failures >= _PATIENCE:
            raise NoAnswer(f"{self.name} at {self.url} does not answer")
        query = urllib.parse.urlencode(parameters)
        request = urllib.request.Request(f"{self.url}{path}?{query}", headers=self._headers)
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
                answer: object = json.loads(response.read(_LARGEST))
        except urllib.error.HTTPError as error:
            with error:
                raise NoAnswer(f"{self.name} refused ({error.code}): {_said(error)}") from error
        except (OSError, ValueError) as error:
            self._failures += 1
            reason = getattr(error, "reason", error)
            raise NoAnswer(f"{self.name} at {self.url} does not answer: {reason}") from error
        self._failures = 0
        return answer


def _said(error: urllib.error.HTTPError) -> str:
    """What a server says of its refusal, in one line."""
    body = error.read(2000).decode(errors="replace")
    try:
        return text(field(json.loads(body), "error")) or body[:200]
    except ValueError:
        return " ".join(body[:200].split()) or error.reason


def field(value: object, *path: str) -> object:
    """The member at a path of names; `None` where there is none."""
    for name in path:
        value = cast("Mapping[str, object]", value).get(name) if isinstance(value, Mapping) else None
    return value


def items(value: object) -> Sequence[object]:
    """The items of an array; none of anything else."""
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def text(value: object) -> str:
    """A text; empty of anything else."""
    return value if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """A number, also one that is written as text; `None` of anything else and of NaN."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if found == found else None
