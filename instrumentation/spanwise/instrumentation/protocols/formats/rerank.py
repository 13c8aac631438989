"""Rerank as Cohere, Jina, Voyage and vLLM serve it. The conventions have no such operation; its name is ours.

Source: https://docs.cohere.com/reference/rerank, https://docs.voyageai.com/reference/reranker-api
"""

from __future__ import annotations

from collections.abc import Sequence

from spanwise.core.inference import Content, Inference, Message
from spanwise.instrumentation.protocols.json_types import JsonObject, count, items, mapping, text
from spanwise.instrumentation.protocols.parts import message, text_part
from spanwise.instrumentation.protocols.wire_format import Row, WireFormat

__all__ = ["FORMAT"]


def _request(request: JsonObject, inference: Inference) -> None:
    """Nothing that the conventions name."""


def _prompt(request: JsonObject) -> Content:
    """The query, then one message per document."""
    documents = [given if isinstance(given, str) else mapping(given).get("text") for given in _documents(request)]
    said = [found for given in (request.get("query"), *documents) if (found := text(given))]
    return Content(input_messages=[message("user", [text_part(given)]) for given in said])


def _documents(request: JsonObject) -> list[object]:
    return items(request.get("documents"))


def _response(document: JsonObject, inference: Inference) -> None:
    inference.response_id = text(document.get("id"))
    inference.response_model = text(document.get("model"))
    inference.usage.input_tokens = count(mapping(document.get("usage")).get("total_tokens"))


def _output(response: JsonObject) -> list[Message] | None:
    return None


def _assemble(events: Sequence[JsonObject]) -> JsonObject:
    return events[-1] if events else {}


FORMAT = WireFormat(
    name="rerank",
    operation="rerank",
    family="openai",
    rows=(Row("/rerank", ("model", "query", "documents")),),
    request=_request,
    prompt=_prompt,
    response=_response,
    output=_output,
    assemble=_assemble,
)
