"""OpenAI's `/v1/embeddings`: hashed bags of words, so that texts that share words are near each other."""

import base64
import re
from array import array
from collections.abc import Iterator
from math import sqrt
from sys import byteorder
from zlib import crc32

from provider.answers import Answer, Prompt
from provider.errors import ApiError
from provider.payload import JsonMap, compact, integer, sequence, string
from provider.scenario import Scenario
from provider.wire import Event, Served, WireFormat

__all__ = ["EMBEDDINGS", "embed"]

_DIMENSIONS = {"text-embedding-3-large": 3072}


def embed(text: str, dimensions: int) -> "array[float]":
    """A unit vector of `dimensions` 32-bit floats: each word adds to or takes from one of them, long words more."""
    vector = array("f", bytes(4 * dimensions))
    for word in re.findall(r"\w+", text.lower()):
        code = crc32(word.encode())
        vector[code % dimensions] += len(word) if code & 0x10000 else -len(word)
    length = sqrt(sum(value * value for value in vector)) or 1.0
    return array("f", (value / length for value in vector))


def _inputs(request: JsonMap) -> list[str]:
    """The texts to embed; a text given as token numbers is read as the numbers' digits."""
    given = request.get("input")
    if isinstance(given, str):
        return [given]
    items = sequence(given)
    if items and isinstance(items[0], int):
        return [compact(items)]
    return [each if isinstance(each, str) else compact(each) for each in items]


def _read(request: JsonMap) -> Prompt:
    inputs = _inputs(request)
    if not inputs:
        raise ApiError(400, "'$.input' is invalid. Please check the API reference.", "input")
    text = "\n".join(inputs)
    return Prompt(string(request.get("model")), text, text)


def _body(served: Served) -> JsonMap:
    dimensions = integer(served.request.get("dimensions")) or _DIMENSIONS.get(served.model.name, 1536)
    as_base64 = served.request.get("encoding_format") == "base64"
    vectors = [embed(text, dimensions) for text in _inputs(served.request)]
    data = [_item(index, vector, as_base64) for index, vector in enumerate(vectors)]
    usage = {"prompt_tokens": served.usage.input, "total_tokens": served.usage.input} if served.usage else None
    return {"object": "list", "data": data, "model": served.model.snapshot, **({"usage": usage} if usage else {})}


def _item(index: int, vector: "array[float]", as_base64: bool) -> JsonMap:
    return {"object": "embedding", "index": index, "embedding": _base64(vector) if as_base64 else vector.tolist()}


def _base64(vector: "array[float]") -> str:
    little = array("f", vector)
    if byteorder == "big":
        little.byteswap()
    return base64.b64encode(little.tobytes()).decode()


def _no_events(served: Served) -> Iterator[Event]:
    raise ApiError(400, f"Streaming is not supported by {served.prompt.model}.", "stream")


def _finish(answer: Answer) -> str:
    """An embedding does not end for a reason."""
    del answer
    return ""


def _silence(prompt: Prompt, scenario: Scenario) -> Answer:
    del prompt, scenario
    return Answer()


EMBEDDINGS = WireFormat("embeddings", "openai", _read, _body, _no_events, _finish, _silence)
