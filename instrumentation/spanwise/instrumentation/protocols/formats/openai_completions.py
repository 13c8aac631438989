"""OpenAI legacy completions, which vLLM and others still serve.

Source: https://platform.openai.com/docs/api-reference/completions
"""

from __future__ import annotations

from spanwise.core.inference import Content, Message
from spanwise.instrumentation.protocols import openai_choices
from spanwise.instrumentation.protocols.json_types import JsonObject, mapping, text, texts
from spanwise.instrumentation.protocols.openai_request import DEPLOYMENT, add_request
from spanwise.instrumentation.protocols.parts import message, text_part
from spanwise.instrumentation.protocols.wire_format import Glance, Row, WireFormat

__all__ = ["FORMAT"]


def _prompt(request: JsonObject) -> Content:
    """One message per prompt; a prompt of token ids has no text."""
    prompts = texts(request.get("prompt")) or []
    return Content(input_messages=[message("user", [text_part(prompt)]) for prompt in prompts])


def _output(response: JsonObject) -> list[Message]:
    return [
        message("assistant", [text_part(_said(choice))], text(choice.get("finish_reason")))
        for choice in openai_choices.in_order(response)
    ]


def _said(choice: JsonObject) -> str:
    """The text; fill-in-the-middle of Mistral answers with a message."""
    return text(choice.get("text")) or text(mapping(choice.get("message")).get("content")) or ""


FORMAT = WireFormat(
    name="openai.completions",
    operation="text_completion",
    family="openai",
    rows=(Row("/completions", ("model", "prompt"), model_in_path=DEPLOYMENT),),
    request=add_request,
    prompt=_prompt,
    response=openai_choices.response,
    output=_output,
    assemble=openai_choices.assemble,
    glance=Glance(head=2, tail=3),
)
