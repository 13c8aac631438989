"""Real traffic: every recorded exchange of our formats is claimed and says what its bytes say; no other is claimed.

The recordings are not part of the repository. `SPANWISE_RECORDINGS` names a file of them: gzip, one JSON object a
line with `request` (method, url, headers, body in base64) and `response` (status, headers, body in base64).
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from spanwise.core.exchange import Exchange
from spanwise.core.inference import Inference
from spanwise.instrumentation.protocols import claim

_BESIDE = Path(__file__).parents[3] / "shared" / "recordings" / "exchanges.jsonl.gz"
RECORDINGS = Path(os.environ.get("SPANWISE_RECORDINGS") or _BESIDE)
OURS = re.compile(
    r"/(chat/completions|completions|responses|embeddings|rerank|v1/messages|v1/complete)$|writer\.com/v1/chat$"
)
OLLAMA = re.compile(r"/api/embeddings$")

pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_file(), reason="no recorded exchanges: SPANWISE_RECORDINGS does not name a file of them"
)


@dataclass(frozen=True)
class Recording:
    name: str
    method: str
    url: str
    status: int
    headers: dict[str, str]
    sent: bytes
    received: bytes

    @property
    def ours(self) -> bool:
        address = self.url.partition("?")[0]
        return self.method == "POST" and bool(OURS.search(address)) and not OLLAMA.search(address)

    @property
    def plain(self) -> bytes:
        return zlib.decompress(self.received, 31) if self.received[:2] == b"\x1f\x8b" else self.received

    def read(self, want_content: bool = True, chunk: int = 0) -> Inference | None:
        """What is learnt from it: of a whole body, or of chunks as they were on the wire."""
        parts = urlsplit(self.url)
        claimed = claim(self.method, parts.hostname or "", parts.path, lambda: self.sent)
        if claimed is None:
            return None
        made = Exchange(self.method, parts.hostname or "", parts.port, parts.path, self.sent, 0, *claimed)
        made.want_content = want_content
        made.status, made.response_headers = self.status, self.headers
        if chunk:
            made.chunks = [self.received[at : at + chunk] for at in range(0, len(self.received), chunk)]
        else:
            made.body = self.plain
        return made.read(made)

    def last_number(self, *names: str) -> int | None:
        """The last value of a key on the wire, wherever it stands."""
        found = re.findall(rf'"(?:{"|".join(names)})"\s*:\s*(\d+)'.encode(), self.plain)
        return int(found[-1]) if found else None


@cache
def recordings() -> list[Recording]:
    with gzip.open(RECORDINGS, "rt", encoding="utf-8") as lines:
        return [_recording(json.loads(line)) for line in lines]


def _recording(row: dict[str, Any]) -> Recording:
    request, response = row["request"], row["response"]
    return Recording(
        row["name"],
        request["method"],
        request["url"],
        response["status"],
        response["headers"],
        base64.b64decode(request["body"]),
        base64.b64decode(response["body"]),
    )


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def test_our_formats_are_claimed_and_nothing_of_other_apis() -> None:
    other_api = re.compile(r"/(threads|assistants|traces|schema|predictions|streams|graphql|images)\b")
    for recording in recordings():
        claimed = recording.read() is not None
        assert claimed or not recording.ours, recording.name
        assert not (claimed and other_api.search(recording.url)), recording.name


def test_usage_is_what_the_wire_says_whichever_way_it_came() -> None:
    for recording in recordings():
        ways = [recording.read(want, chunk) for want in (True, False) for chunk in (0, 500)]
        if not recording.ours or recording.status >= 400:
            continue
        output = recording.last_number("completion_tokens", "output_tokens")
        given = recording.last_number("prompt_tokens")
        for inference in ways:
            assert inference is not None
            if output is not None:
                assert inference.usage.output_tokens == output, recording.name
            if given is not None:
                assert inference.usage.input_tokens == given, recording.name
            assert inference.usage == (ways[0] or inference).usage, recording.name


def test_everything_that_is_json_is_understood() -> None:
    for recording in recordings():
        inference = recording.read(chunk=500)
        if inference is not None and _is_json(recording.sent):
            assert inference.unparsed is None, recording.name
            assert inference.request_model, recording.name
            assert (inference.error_type is not None) == (recording.status >= 400), recording.name
