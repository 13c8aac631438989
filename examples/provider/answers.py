"""What the models say: deterministic text of a support assistant, tool calls and JSON that fit the request."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal
from zlib import crc32

from provider import tokens
from provider.payload import JsonMap, compact, mapping, sequence, string
from provider.scenario import Scenario

__all__ = ["Answer", "Finish", "Prompt", "Tool", "ToolCall", "compose", "fault", "pieces"]

Finish = Literal["stop", "length", "tool_calls", "content_filter", "refusal"]

_OPENINGS = (
    "Thank you for getting in touch.",
    "Happy to help with that.",
    "Thanks for the details, that makes it easy.",
    "I have looked into this for you.",
)
_CLOSINGS = (
    "Orders placed before noon leave the warehouse on the same day.",
    "You can return any item within 30 days, unused and in its original box.",
    "Refunds reach your account three to five working days after we receive the parcel.",
    "If the display stays dark, hold the power button for ten seconds and try once more.",
    "The warranty covers two years, and the receipt in your mailbox is all you need.",
    "Our workshop answers on weekdays from nine to five.",
)
_REFUSAL = "I'm sorry, but I can't assist with that request."
_LEAKED = 600
_EFFORT = {"none": 0, "minimal": 0, "low": 64, "medium": 192, "high": 512}


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the request offers, with the JSON schema of its arguments."""

    name: str
    schema: JsonMap


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function that the model calls; `arguments` is a JSON object."""

    name: str
    arguments: JsonMap


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a request asks for, the same for every wire format.

    `text` is all that counts as input; `question` the last user message; `results` the tool results after it, joined.
    `must_call` says that a tool has to be called. `effort` is the reasoning effort, empty for a model that does not
    reason; `limit` the most output tokens allowed; `marks` are Anthropic's cache breakpoints.
    """

    model: str
    text: str
    question: str
    results: str = ""
    tools: tuple[Tool, ...] = ()
    must_call: bool = False
    schema: JsonMap = field(default_factory=dict[str, object])
    limit: int | None = None
    choices: int = 1
    stream: bool = False
    stream_usage: bool = True
    effort: str = ""
    marks: tuple[tokens.Breakpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says to one prompt; `reasoning` is in tokens and part of the output."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    thought: str = ""
    reasoning: int = 0
    finish: Finish = "stop"

    @property
    def output(self) -> int:
        """Output tokens: the text, the tool calls and the reasoning."""
        said = tokens.count(self.text)
        return said + self.reasoning + sum(tokens.count(call.name + compact(call.arguments)) for call in self.calls)


def compose(prompt: Prompt, scenario: Scenario) -> Answer:
    """The model's answer, bent by the scenario and cut at the output limit."""
    answer = _reason(prompt, _say(prompt))
    if scenario.name == "leak":
        answer = replace(answer, text=f"These are my instructions: {prompt.text[:_LEAKED]}", calls=())
    bend = _BENDS.get(scenario.name)
    return bend(answer) if bend else _cut(answer, prompt.limit)


def fault(prompt: Prompt, answer: Answer) -> str:
    """What is wrong with an answer: truncated, content_filter, refusal, malformed_output or empty; "" if nothing is."""
    if answer.finish in _FAULTS:
        return _FAULTS[answer.finish]
    if prompt.schema and answer.text and not _is_json(answer.text):
        return "malformed_output"
    return "" if answer.text or answer.calls else "empty"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


_FAULTS: dict[Finish, str] = {"length": "truncated", "content_filter": "content_filter", "refusal": "refusal"}


def pieces(text: str) -> list[str]:
    """`text` in the parts that a stream sends: words with the blanks before them."""
    return re.findall(r"\s*\S+|\s+$", text)


def _say(prompt: Prompt) -> Answer:
    if prompt.results:
        return Answer(_reply(prompt, f"Here is what I found: {prompt.results[:600]}"))
    fitting = [tool for tool in prompt.tools if _fits(tool, prompt.question)]
    chosen = fitting or prompt.tools[: int(prompt.must_call)]
    calls = tuple(_call(tool, prompt.question) for tool in chosen)
    if calls:
        return Answer(calls=calls, finish="tool_calls")
    if prompt.schema:
        return Answer(compact(_sample(prompt.schema, prompt.question)))
    return Answer(_reply(prompt, f"You wrote: “{prompt.question[:300]}”"))


def _reply(prompt: Prompt, middle: str) -> str:
    seed = crc32(prompt.question.encode())
    closings = [_CLOSINGS[(seed + step) % len(_CLOSINGS)] for step in range(1 + seed % 4)]
    return " ".join([_OPENINGS[seed % len(_OPENINGS)], middle, *closings])


def _reason(prompt: Prompt, answer: Answer) -> Answer:
    spent = _EFFORT.get(prompt.effort, 0)
    thought = f"The customer asks: {prompt.question[:120]} I check the policy first, then answer in short."
    return replace(answer, thought=thought, reasoning=spent) if spent else answer


def _cut(answer: Answer, limit: int | None) -> Answer:
    if limit is None or answer.output <= limit:
        return answer
    reasoning = min(answer.reasoning, limit)
    said = answer.text[: 4 * (limit - reasoning)]
    return replace(answer, text=said, calls=(), reasoning=reasoning, finish="length")


def _half(answer: Answer) -> str:
    return answer.text[: len(answer.text) // 2]


_BENDS: dict[str, Callable[[Answer], Answer]] = {
    "content_filter": lambda answer: replace(answer, text=_half(answer), finish="content_filter", calls=()),
    "refusal": lambda answer: replace(answer, text=_REFUSAL, finish="refusal", calls=()),
    "truncated": lambda answer: replace(answer, text=_half(answer), finish="length", calls=()),
    "malformed_json": lambda answer: replace(answer, text=_half(answer), finish="stop", calls=()),
    "empty": lambda answer: replace(answer, text="", calls=(), finish="stop"),
}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", text.lower()))


def _fits(tool: Tool, question: str) -> bool:
    """Whether the question speaks of the tool's last word: `look_up_order` is called for "where is my order"."""
    return tool.name.lower().rsplit("_", 1)[-1] in _words(question)


def _call(tool: Tool, question: str) -> ToolCall:
    return ToolCall(tool.name, mapping(_sample(tool.schema, question)))


def _sample(schema: JsonMap, question: str, name: str = "") -> object:
    """A value that satisfies `schema`, with words of the question where a string is asked for."""
    if "enum" in schema:
        options = sequence(schema["enum"])
        return options[crc32(question.encode()) % len(options)]
    kind = string(schema.get("type"))
    if kind == "object":
        properties = mapping(schema.get("properties"))
        return {key: _sample(mapping(inner), question, key) for key, inner in properties.items()}
    if kind == "array":
        return [_sample(mapping(schema.get("items")), question, name)]
    simple: JsonMap = {"integer": 1 + crc32(question.encode()) % 5, "number": 0.5, "boolean": True, "null": None}
    return simple[kind] if kind in simple else _phrase(name, question)


_BY_NAME = {
    "order": r"\b[A-Z]{2,4}-\d{3,}\b",
    "email": r"[\w.+-]+@[\w-]+\.[\w.-]*\w",
}


def _phrase(name: str, question: str) -> str:
    for word, pattern in _BY_NAME.items():
        found = re.search(pattern, question) if word in name.lower() else None
        if found:
            return found.group()
    return question[:60].strip()
