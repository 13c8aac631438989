"""OpenAI embeddings; Mistral and Voyage speak it too.

Source: https://platform.openai.com/docs/api-reference/embeddings
"""

from __future__ import annotations

from collections.abc import Sequence

from spanwise.core.inference import Content, Inference, Message
from spanwise.instrumentation.protocols.json_types import JsonObject, count, mapping, text, texts
from spanwise.instrumentation.protocols.openai_choices import usage_of
from spanwise.instrumentation.protocols.openai_request import DEPLOYMENT, add_request
from spanwise.instrumentation.protocols.parts import message, text_part
from spanwise.instrumentation.protocols.wire_format import Row, WireFormat

__all__ = ["FORMAT"]


def _prompt(request: JsonObject) -> Content:
    """One message per text; an input of token ids has no text."""
    inputs = texts(request.get("input")) or []
    return Content(input_messages=[message("user", [text_part(given)]) for given in inputs])


def _response(document: JsonObject, inference: Inference) -> None:
    inference.response_model = text(document.get("model"))
    inference.response_id = text(document.get("id"))
    usage = mapping(document.get("usage"))
    inference.usage = usage_of(usage)
    if inference.usage.input_tokens is None:
        inference.usage.input_tokens = count(usage.get("total_tokens"))


def _output(response: JsonObject) -> list[Message] | None:
    return None


def _assemble(events: Sequence[JsonObject]) -> JsonObject:
    return events[-1] if events else {}


FORMAT = WireFormat(
    name="openai.embeddings",
    operation="embeddings",
    family="openai",
    rows=(Row("/embeddings", ("model", "input"), model_in_path=DEPLOYMENT),),
    request=add_request,
    prompt=_prompt,
    response=_response,
    output=_output,
    assemble=_assemble,
    bulk="data",
)
