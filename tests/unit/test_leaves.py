"""Words in which nothing was found are not scanned again, and nothing else is left out because of them."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.util.types import AttributeValue

from spanwise.processors.leaves import CleanTexts, Leaves
from spanwise.processors.pii.names import is_sensitive_name


def planned(value: AttributeValue, clean: CleanTexts, found: Sequence[str] = ()) -> list[str]:
    """The texts that have to be scanned; those in `found` hold something."""
    leaves = Leaves(lambda name, _: is_sensitive_name(name), 1000, clean)
    rebuild = leaves.plan(value, "messages")
    for leaf in leaves.leaves:
        if leaf.text in found:
            leaf.result = "[FOUND]"
    clean.remember(leaves.leaves)
    assert (rebuild() if rebuild is not None else value) is value or found
    return [leaf.text for leaf in leaves.leaves]


def test_words_are_scanned_once() -> None:
    clean, message = CleanTexts(), [{"role": "user", "content": "Where is it?"}]
    assert planned(message, clean) == ["role", "user", "content", "Where is it?"]
    assert planned(message, clean) == ["Where is it?"]
    assert planned([{"role": "user"}], clean) == []


def test_word_is_scanned_again_under_another_name() -> None:
    clean = CleanTexts()
    planned({"role": "user"}, clean)
    assert planned({"surname": "user"}, clean) == ["surname", "user"]


def test_known_word_is_still_a_secret_inside_one() -> None:
    clean = CleanTexts()
    planned({"role": "user"}, clean)
    assert "user" in planned({"password": {"role": "user"}}, clean)


def test_what_holds_something_is_never_remembered() -> None:
    clean = CleanTexts()
    assert planned({"name": "Grace"}, clean, found=["Grace"]) == ["name", "Grace"]
    assert planned({"name": "Grace"}, clean, found=["Grace"]) == ["Grace"]


def test_numbers_and_documents_are_always_scanned() -> None:
    clean = CleanTexts()
    value: AttributeValue = {"id": "a1b2", "number": 5552671, "json": '["word"]'}
    planned(value, clean)
    assert planned(value, clean) == ["a1b2", "5552671"]
