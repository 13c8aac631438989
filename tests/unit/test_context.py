"""User context: given in the process, or passed as baggage."""

from __future__ import annotations

import asyncio
import threading

import pytest
from opentelemetry import baggage
from opentelemetry.context import Context, attach, detach, get_current

from spanwise.core.context import FIELDS, current, use
from spanwise.semconv import attributes as names


def test_nothing_is_said_where_nobody_said_anything() -> None:
    assert current() == {}


@pytest.mark.parametrize(("field", "name"), FIELDS.items())
def test_each_field_becomes_its_attribute(field: str, name: str) -> None:
    with use(**{field: "x"}):
        assert current() == {name: "x"}
    assert current() == {}


def test_other_keywords_are_free_properties() -> None:
    with use(plan="gold"):
        assert current() == {"spanwise.property.plan": "gold"}


def test_inner_context_adds_and_replaces() -> None:
    with use(user="u-1", tenant="acme"):
        with use(user="u-2", session="s-1"):
            assert current() == {names.USER_ID: "u-2", names.TENANT: "acme", names.SESSION_ID: "s-1"}
        assert current() == {names.USER_ID: "u-1", names.TENANT: "acme"}


def test_context_ends_when_the_block_fails() -> None:
    with pytest.raises(ValueError, match="no"), use(user="u-1"):
        raise ValueError("no")
    assert current() == {}


def test_value_that_is_not_given_takes_nothing_away() -> None:
    with use(user="u-1"), use(user=None, feature="f"):
        assert current() == {names.USER_ID: "u-1", names.FEATURE: "f"}


def test_numbers_become_texts() -> None:
    with use(user=17):  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        assert current() == {names.USER_ID: "17"}


def test_tasks_do_not_see_each_others_context() -> None:
    async def one(user: str) -> str:
        with use(user=user):
            await asyncio.sleep(0)
            return current()[names.USER_ID]

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(one(f"u-{number}") for number in range(20)))

    assert asyncio.run(all_of_them()) == [f"u-{number}" for number in range(20)]


def test_threads_do_not_see_each_others_context() -> None:
    seen: list[dict[str, str]] = []
    with use(user="u-1"):
        thread = threading.Thread(target=lambda: seen.append(dict(current())))
        thread.start()
        thread.join()
    assert seen == [{}]


def test_context_can_be_asked_for_by_hand() -> None:
    with use(user="u-1"):
        held = get_current()
    assert current(held) == {names.USER_ID: "u-1"}
    assert current(Context()) == {}


def test_baggage_of_known_names_counts() -> None:
    passed = baggage.set_baggage(names.TENANT, "acme", baggage.set_baggage("spanwise.property.plan", "gold"))
    token = attach(baggage.set_baggage("other", "x", passed))
    assert current() == {names.TENANT: "acme", "spanwise.property.plan": "gold"}
    detach(token)


def test_what_the_process_says_wins_over_baggage() -> None:
    token = attach(baggage.set_baggage(names.USER_ID, "remote"))
    with use(user="local"):
        assert current() == {names.USER_ID: "local"}
    detach(token)
