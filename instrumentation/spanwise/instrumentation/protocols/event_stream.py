"""Server-sent events: the JSON documents in their `data` fields.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream, and servers that
end an event with a single line feed.
"""

from __future__ import annotations

from typing import NamedTuple

from spanwise.core.json_text import from_json
from spanwise.instrumentation.protocols.json_types import JsonObject, mapping, objects
from spanwise.instrumentation.protocols.payload import parse_object

__all__ = ["Events", "ends", "read_events"]

_DATA = b"data:"
_DONE = b"[DONE]"


class Events(NamedTuple):
    """The documents of a stream, in order."""

    documents: list[JsonObject]
    done: bool = False
    """Whether the stream said `[DONE]`."""
    damaged: bool = False
    """Whether an event before the last one was no JSON object. A stream may end in the middle of its last."""


def read_events(raw: bytes) -> Events:
    """Every document of a stream; an event that cannot be parsed is left out.

    The documents are joined and parsed as one array, at half the cost of one call each. Where that fails, events are
    put together by the rules and parsed one by one.
    """
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = [line[5:].strip() for line in raw.split(b"\n") if line.startswith(_DATA)]
    done = _DONE in lines[-2:]
    whole = [line for line in lines if line.endswith(b"}")]
    cut = bool(lines) and not lines[-1].endswith(b"}") and lines[-1] != _DONE
    if len(whole) + cut + lines.count(_DONE) == len(lines):
        try:
            return Events(objects(from_json(b"[" + b",".join(whole) + b"]")), done)
        except ValueError:
            pass
    return _one_by_one(raw, done)


def ends(raw: bytes, head: int, tail: int) -> list[JsonObject] | None:
    """The first `head` and last `tail` documents; `None` where there are fewer, or one cannot be parsed."""
    first, stop = _first_lines(raw, head)
    last = _last_lines(raw, tail, stop)
    if len(first) < head or len(last) < tail:
        return None
    try:
        return objects(from_json(b"[" + b",".join(first + last) + b"]"))
    except ValueError:
        return None


def failure(raw: bytes) -> JsonObject | None:
    """What an `event: error` says that is no error document of the provider: its text as a message."""
    tail = raw[-4096:]
    at = max(tail.rfind(b"event: error"), tail.rfind(b"event:error"))
    if at < 0:
        return None
    data = tail[at:].partition(_DATA)[2].strip()
    body = parse_object(data)
    if body is None:
        return {"message": str(data, "utf-8", "replace")}
    return mapping(body.get("error")) or body


def _one_by_one(raw: bytes, done: bool) -> Events:
    found: list[JsonObject] = []
    groups = [group for block in raw.split(b"\n\n") if (group := _data_of(block))]
    damaged = False
    for group in groups:
        documents = _documents(group)
        damaged = damaged or (not documents and group is not groups[-1])
        found += documents
    return Events(found, done, damaged)


def _data_of(block: bytes) -> list[bytes]:
    lines = (line[5:].strip() for line in block.split(b"\n") if line.startswith(_DATA))
    return [line for line in lines if line != _DONE]


def _documents(group: list[bytes]) -> list[JsonObject]:
    whole = parse_object(b"\n".join(group))
    if whole is not None:
        return [whole]
    return [document for line in group if (document := parse_object(line)) is not None]


def _first_lines(raw: bytes, wanted: int) -> tuple[list[bytes], int]:
    lines: list[bytes] = []
    at = 0 if raw.startswith(_DATA) else raw.find(b"\ndata:") + 1
    while len(lines) < wanted and raw.startswith(_DATA, at):
        end = raw.find(b"\n", at)
        if end < 0:
            break
        lines.append(raw[at + 5 : end].strip())
        at = raw.find(b"\ndata:", end) + 1 or len(raw)
    return lines, at


def _last_lines(raw: bytes, wanted: int, start: int) -> list[bytes]:
    lines: list[bytes] = []
    end = len(raw)
    while len(lines) < wanted:
        at = raw.rfind(b"\ndata:", max(start - 1, 0), end)
        if at < 0:
            break
        line = raw[at + 6 : end].partition(b"\n")[0].strip()
        if line != _DONE:
            lines.append(line)
        end = at
    lines.reverse()
    return lines
