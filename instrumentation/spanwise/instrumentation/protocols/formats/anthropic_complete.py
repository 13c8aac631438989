"""Anthropic legacy text completions.

Source: https://docs.anthropic.com/en/api/complete
"""

from __future__ import annotations

from collections.abc import Sequence

from spanwise.core.inference import Content, Inference, Message
from spanwise.instrumentation.protocols.json_types import JsonObject, count, mapping, text
from spanwise.instrumentation.protocols.parameters import SAMPLING, Parameters, add_parameters
from spanwise.instrumentation.protocols.parts import message, text_part
from spanwise.instrumentation.protocols.wire_format import Row, WireFormat
from spanwise.semconv import attributes as names

__all__ = ["FORMAT"]

_PARAMETERS: Parameters = {
    **SAMPLING,
    "max_tokens_to_sample": (names.REQUEST_MAX_TOKENS, count),
    "metadata": (names.USER_ID, lambda value: text(mapping(value).get("user_id"))),
}


def _request(request: JsonObject, inference: Inference) -> None:
    add_parameters(request, _PARAMETERS, inference)


def _prompt(request: JsonObject) -> Content:
    prompt = text(request.get("prompt"))
    return Content(input_messages=[message("user", [text_part(prompt)])] if prompt else [])


def _response(document: JsonObject, inference: Inference) -> None:
    inference.response_id = text(document.get("id"))
    inference.response_model = text(document.get("model"))
    stop = text(document.get("stop_reason"))
    inference.finish_reasons = [stop] if stop else []


def _output(document: JsonObject) -> list[Message]:
    completion = text(document.get("completion"))
    stop = text(document.get("stop_reason"))
    return [message("assistant", [text_part(completion)], stop)] if completion else []


def _assemble(events: Sequence[JsonObject]) -> JsonObject:
    whole: JsonObject = {}
    for event in events:
        whole |= {key: value for key, value in event.items() if value is not None}
    whole["completion"] = "".join(text(event.get("completion")) or "" for event in events)
    return whole


FORMAT = WireFormat(
    name="anthropic.complete",
    operation="text_completion",
    family="anthropic",
    rows=(Row("/v1/complete", ("model", "prompt", "max_tokens_to_sample")),),
    request=_request,
    prompt=_prompt,
    response=_response,
    output=_output,
    assemble=_assemble,
)
