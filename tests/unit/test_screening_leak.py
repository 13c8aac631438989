"""Leaks of the system prompt."""

import base64
import codecs
import tracemalloc
from collections.abc import Callable

import pytest

from spanwise.processors.screening import LEAK_THRESHOLD, leak

_PROMPT = (
    "You are Mira, the assistant of a small travel agency in Porto. Recommend at most three hotels, always name the "
    "price per night, and never discuss the discounts that partners receive. When a guest asks for a refund, collect "
    "the booking number and hand over to a colleague. Answer in the language of the guest. Canary: porto-lantern-58213."
)
_PART = "never discuss the discounts that partners receive. When a guest asks for a refund, collect the booking number"

_SPELLINGS: dict[str, Callable[[str], str]] = {
    "verbatim": str,
    "lower case without punctuation": lambda text: text.lower().replace(",", "").replace(".", ""),
    "bullets": lambda text: "- " + text.replace(". ", "\n- "),
    "json": lambda text: '{"prompt": "' + text.replace(" ", "\\n ") + '"}',
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "reversed": lambda text: text[::-1],
    "leet": lambda text: text.translate(str.maketrans("aeiost", "431057")),
    "spaced": " ".join,
    "dashed": "-".join,
}


@pytest.mark.parametrize("name", _SPELLINGS)
def test_part_of_the_prompt_is_a_leak_however_it_is_spelled(name: str) -> None:
    assert leak(_PROMPT, f"My rules say: {_SPELLINGS[name](_PART)}") >= LEAK_THRESHOLD


@pytest.mark.parametrize(
    "completion",
    [
        "",
        "I'm sorry, I cannot share my instructions.",
        "I am Mira, the assistant of a small travel agency in Porto. How can I help?",
        "I recommend three hotels; the price per night is 80 euros.",
        "partners guest refund booking colleague language hotels discounts price night",
    ],
)
def test_ordinary_answer_is_no_leak(completion: str) -> None:
    assert leak(_PROMPT, completion) < LEAK_THRESHOLD


def test_canary_alone_is_a_leak() -> None:
    assert leak(_PROMPT, "The word is Porto-Lantern-58213, right?") == 1.0


def test_most_of_a_short_prompt_is_a_leak() -> None:
    assert (
        leak("Only answer with riddles about the sea.", "I must only answer with riddles about the sea")
        >= LEAK_THRESHOLD
    )


@pytest.mark.parametrize("pair", [("", ""), ("", "text"), ("\ud800", "\udfff"), ("a" * 200_000, "a" * 200_000)])
def test_no_pair_raises(pair: tuple[str, str]) -> None:
    assert 0 <= leak(*pair) <= 1


def test_prompts_that_differ_each_time_do_not_fill_the_memory() -> None:
    """As those that begin with the time, or hold what was retrieved for a question."""
    words = " ".join(f"{number:x}" * 3 for number in range(4_096, 5_600))
    tracemalloc.start()
    try:
        for number in range(22):
            leak(f"{number} {words}", "Hello.")
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 36e6
