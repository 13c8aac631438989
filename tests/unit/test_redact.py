"""The redactor: what goes, what stays, what it looks like, at any depth of any value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest
from opentelemetry.util.types import AttributeValue

from spanwise.core.settings import load
from spanwise.processors.redact import Action, Redactor, RedactSettings

_TEXT = "Mail jane@example.org or call (212) 555-0147; card 4111 1111 1111 1111; password: hunter2!x"


def _text(text: str, settings: RedactSettings | None = None) -> str:
    return Redactor(settings or RedactSettings()).text(text, {})


def _value(value: AttributeValue, settings: RedactSettings | None = None) -> AttributeValue:
    return Redactor(settings or RedactSettings()).value(value, {})


def test_findings_become_the_names_of_their_types_and_are_counted() -> None:
    counts: dict[str, int] = {"EMAIL": 1}
    redacted = Redactor().text(_TEXT, counts)
    assert redacted == "Mail [EMAIL] or call [PHONE]; card [CREDIT_CARD]; password: [SECRET]"
    assert counts == {"EMAIL": 2, "PHONE": 1, "CREDIT_CARD": 1, "SECRET": 1}


def test_what_holds_nothing_comes_back_as_the_same_object() -> None:
    redactor = Redactor()
    values: list[AttributeValue] = [
        "nothing to see",
        '{"role": "user", "content": "nothing", "n": 12345678}',
        {"a": ["b", {"c": (1, 2.5, None, True, b"bytes")}]},
        ["x", "y"],
        ("x", "y"),
        b"\xff\xfe\x00",
        1763724163123456789,
        None,
        "",
    ]
    for value in values:
        assert redactor.value(value, {}) is value
    text = "plain words"
    assert redactor.text(text, {}) is text


@pytest.mark.parametrize("action", ["mask", "partial", "hash", "pseudonym", "drop", "keep"])
def test_redacting_twice_changes_nothing(action: Action) -> None:
    redactor = Redactor(RedactSettings(action=action, key="k"))
    once = redactor.text(_TEXT, {})
    counts: dict[str, int] = {}
    assert redactor.text(once, counts) is once
    document: AttributeValue = {"phone": "5551234567", "password": "abc", "json": '{"token": "' + "x1Y" * 9 + '"}'}
    first = redactor.value(document, {})
    assert redactor.value(first, counts) is first
    assert counts == {}


def test_partial_shows_the_mail_domain_and_four_characters_and_nothing_of_a_secret() -> None:
    assert _text(_TEXT, RedactSettings(action="partial")) == (
        "Mail [EMAIL:…@example.org] or call [PHONE:…0147]; card [CREDIT_CARD:…1111]; password: [SECRET]"
    )


def test_hash_and_pseudonym_are_stable_and_depend_on_the_key() -> None:
    first = _text("jane@example.org", RedactSettings(action="pseudonym", key="one"))
    again = _text("write to JANE@EXAMPLE.ORG", RedactSettings(action="pseudonym", key="one"))
    other = _text("jane@example.org", RedactSettings(action="pseudonym", key="two"))
    assert again.endswith(first) and first != other
    hashed = _text("jane@example.org", RedactSettings(action="hash", key="one"))
    assert len(hashed) == len("[EMAIL:]") + 16


def test_pseudonym_is_the_same_however_a_number_is_written() -> None:
    settings = RedactSettings(action="pseudonym", key="k")
    assert _text("4111 1111 1111 1111", settings) == _text("4111111111111111", settings)


@pytest.mark.parametrize("settings", [{"action": "hash"}, {"actions": {"EMAIL": "pseudonym"}}])
def test_keyed_action_without_a_key_is_refused_by_name(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"redact\.key \(SPANWISE_REDACT_KEY\)"):
        Redactor(load(RedactSettings, "redact", **settings))


def test_each_type_may_have_its_own_action() -> None:
    settings = RedactSettings(actions={"EMAIL": "keep", "PHONE": "drop"})
    assert _text("jane@example.org (212) 555-0147 4111111111111111", settings) == "jane@example.org  [CREDIT_CARD]"


def test_action_of_a_place_goes_before_that_of_a_type() -> None:
    settings = RedactSettings(
        actions={"EMAIL": "keep", "SECRET": "drop"},
        places={"log": "partial", "log.PHONE": "keep", "output.EMAIL": "mask"},
    )
    redactor = Redactor(settings)
    text = "jane@example.org (212) 555-0147 4111111111111111"
    assert redactor.text(text, {}) == "jane@example.org [PHONE] [CREDIT_CARD]"
    assert redactor.at("log").text(text, {}) == "[EMAIL:…@example.org] (212) 555-0147 [CREDIT_CARD:…1111]"
    assert redactor.at("output").text(text, {}) == "[EMAIL] [PHONE] [CREDIT_CARD]"
    assert redactor.at("output").item("password", "abc", {}) == ""


def test_place_without_actions_of_its_own_has_those_of_all() -> None:
    redactor = Redactor(RedactSettings(places={"log": "mask", "url": "drop"}))
    assert redactor.at("log") is redactor.at("input") is redactor.at("") is redactor
    assert redactor.at("url") is not redactor
    assert redactor.at("url").policy == redactor.policy != Redactor().policy


@pytest.mark.parametrize("places", ["logs=drop", "log.MAIL=drop", "log=remove", "log.EMAIL", "drop"])
def test_place_that_there_is_not_is_named(places: str, caplog: pytest.LogCaptureFixture) -> None:
    settings = load(RedactSettings, "redact", None, {"SPANWISE_REDACT_PLACES": places})
    assert settings.places == {}
    assert "SPANWISE_REDACT_PLACES" in caplog.text


def test_places_are_read_from_the_file_and_the_environment() -> None:
    wanted = {"log": "drop", "input.EMAIL": "mask"}
    assert load(RedactSettings, "redact", {"redact": {"places": wanted}}, {}).places == wanted
    given = {"SPANWISE_REDACT_PLACES": "log=drop, input.EMAIL=mask"}
    assert load(RedactSettings, "redact", None, given).places == wanted


def test_keyed_action_of_a_place_needs_the_key_too() -> None:
    with pytest.raises(ValueError, match=r"redact\.key \(SPANWISE_REDACT_KEY\)"):
        Redactor(RedactSettings(places={"log": "hash"}))


def test_allowed_values_stay() -> None:
    settings = RedactSettings(allow=("Support@Example.org",))
    assert _text("support@example.org, jane@example.org", settings) == "support@example.org, [EMAIL]"


def test_disabled_redactor_changes_nothing() -> None:
    redactor = Redactor(RedactSettings(enabled=False))
    assert redactor.text(_TEXT, {}) is _TEXT
    assert redactor.item("password", "abc", {}) == "abc"


def test_policy_tells_settings_apart_but_not_keys() -> None:
    assert Redactor(RedactSettings(key="a")).policy == Redactor(RedactSettings(key="b")).policy
    assert Redactor().policy != Redactor(RedactSettings(action="drop")).policy
    assert len(Redactor().policy) == 12


def test_marks_that_a_text_brings_along_do_not_hide_what_is_in_them() -> None:
    assert _text("[EMAIL:jane@example.org]") == "[EMAIL:[EMAIL]]"
    assert _text("[EMAIL] and [CREDIT_CARD:…1111] stay") == "[EMAIL] and [CREDIT_CARD:…1111] stay"


def test_values_are_redacted_at_every_depth_keys_too() -> None:
    value: AttributeValue = {
        "jane@example.org": [{"deep": ("jane@example.org", 5)}],
        "bytes": b"jane@example.org",
        "same": "words",
    }
    assert _value(value) == {"[EMAIL]": [{"deep": ("[EMAIL]", 5)}], "bytes": b"[EMAIL]", "same": "words"}


def test_keys_that_become_equal_are_numbered() -> None:
    assert _value({"a@example.org": 1, "b@example.org": 2}) == {"[EMAIL]": 1, "[EMAIL]#2": 2}


def test_json_in_a_string_stays_json_and_its_numbers_count() -> None:
    document = json.dumps(
        [{"role": "user", "parts": [{"type": "text", "content": 'I am jane@example.org\nhi "x"'}]}]
        + [{"card": 4111111111111111, "created": 1700000000, "temperature": 0.7, "ok": True, "none": None}]
    )
    redacted = _value(document)
    assert isinstance(redacted, str)
    assert json.loads(redacted) == [
        {"role": "user", "parts": [{"type": "text", "content": 'I am [EMAIL]\nhi "x"'}]},
        {"card": "[CREDIT_CARD]", "created": 1700000000, "temperature": 0.7, "ok": True, "none": None},
    ]


def test_json_within_json_is_redacted_and_stays_json() -> None:
    inner = json.dumps({"to": "jane@example.org"})
    redacted = _value(json.dumps({"arguments": inner}))
    assert isinstance(redacted, str)
    assert json.loads(json.loads(redacted)["arguments"]) == {"to": "[EMAIL]"}


def test_huge_numbers_and_broken_json_survive() -> None:
    redacted = _value('{"n": 1e999, "to": "jane@example.org"}')
    assert redacted == '{"n": "1e999", "to": "[EMAIL]"}'
    assert _value('{"to": "jane@example.org"') == '{"to": "[EMAIL]"'
    assert _value("[NaN, 'jane@example.org']") == "[NaN, '[EMAIL]']"


def test_compact_json_stays_compact() -> None:
    assert _value('{"a":"jane@example.org","b":[1,2]}') == '{"a":"[EMAIL]","b":[1,2]}'


def test_name_of_a_value_tells_what_a_bare_number_is() -> None:
    assert _value({"phone_number": "5551234567", "orderId": "5551234567"}) == {
        "phone_number": "[PHONE]",
        "orderId": "5551234567",
    }
    assert _value({"type": "mobile", "build": "5551234567"}) == {"type": "mobile", "build": "5551234567"}


@pytest.mark.parametrize("name", ["mobilePhone", "user.home_phone", "contact-phone", "customer.faxNumber"])
def test_label_is_the_last_word_of_a_name_however_it_is_written(name: str) -> None:
    assert Redactor().item(name, "2125550199", {}) == "[PHONE]"
    assert _value({name: "2125550199"}) == {name: "[PHONE]"}


def test_everything_under_a_sensitive_name_goes_but_numbers_and_flags() -> None:
    value: AttributeValue = {
        "password": "abc",
        "Authorization": ["Basic x", "y"],
        "x-api-key": "k",
        "clientSecret": {"value": "s", "version": 3, "active": True},
        "set-cookie": "a=b",
        "empty": {"password": ""},
    }
    assert _value(value) == {
        "password": "[SECRET]",
        "Authorization": ["[SECRET]", "[SECRET]"],
        "x-api-key": "[SECRET]",
        "clientSecret": {"value": "[SECRET]", "version": 3, "active": True},
        "set-cookie": "[SECRET]",
        "empty": {"password": ""},
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gen_ai.usage.input_tokens", 1234567),
        ("gen_ai.token.type", "input"),
        ("token_type", "bearer"),
        ("max_tokens", "4096"),
        ("token", "hello"),
        ("gen_ai.request.model", "gpt-4o-2024-08-06"),
        ("gen_ai.response.id", "chatcmpl-9XkQ2mB7vR4tYpLw3NsHdJfG"),
        ("server.address", "10.1.2.3"),
        ("password", 12345),
        ("secret", True),
    ],
)
def test_technical_attributes_stay(name: str, value: AttributeValue) -> None:
    assert Redactor().item(name, value, {}) is value


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("http.request.header.authorization", ("Bearer x",), ("[SECRET]",)),
        ("client.address", "203.0.113.9", "[IP_ADDRESS]"),
        ("exception.message", "bad key sk-" + "aB3dE5fG7hI9jK1lM3nO5p", "bad key [SECRET]"),
        ("user.phone", "5551234567", "[PHONE]"),
        ("token", "kq3Zb2dWmX8rT1cV", "[SECRET]"),
        ("db.connection_string", "Server=x", "[SECRET]"),
        ("company.vault", "abc", "[SECRET]"),
    ],
)
def test_attributes_are_redacted_by_name_and_content(
    name: str, value: AttributeValue, expected: AttributeValue
) -> None:
    redactor = Redactor(RedactSettings(sensitive_names=("company.vault",)))
    assert redactor.item(name, value, {}) == expected


def test_text_beyond_the_limit_is_replaced_by_its_length_and_never_let_through() -> None:
    redactor = Redactor(RedactSettings(max_length=1000))
    text = "word " * 300 + "jane@example.org"
    redacted = redactor.text(text, {})
    assert len(redacted) <= 1000 and redacted.endswith(" CHARACTERS]") and "jane" not in redacted
    assert redactor.text(redacted, {}) is redacted
    nested = redactor.value({"a": text}, {})
    assert isinstance(nested, Mapping) and nested["a"] == redacted


def test_secret_at_the_cut_is_not_left_in_half() -> None:
    redactor = Redactor(RedactSettings(max_length=1000))
    redacted = redactor.text("x" * 940 + " 4111111111111111" * 40, {})
    assert "4111" not in redacted


def test_values_nested_without_end_are_cut() -> None:
    value: AttributeValue = "jane@example.org"
    for _ in range(200):
        value = [value]
    assert "jane" not in repr(_value(value))


def test_sequence_types_are_kept() -> None:
    redacted = _value(["jane@example.org", ("jane@example.org",)])
    assert isinstance(redacted, Sequence) and redacted == ["[EMAIL]", ("[EMAIL]",)]


@pytest.mark.parametrize(
    ("kept", "text", "expected"),
    [
        ("SECRET", "password: jane@example.org", "password: [EMAIL]"),
        ("SECRET", "https://jane:Hunter2x@203.0.113.9/a", "https://jane:Hunter2x@[IP_ADDRESS]/a"),
        ("EMAIL", "4111111111111111@example.org", "[CREDIT_CARD]@example.org"),
    ],
)
def test_type_that_is_kept_covers_no_other(kept: str, text: str, expected: str) -> None:
    assert _text(text, RedactSettings(actions={kept: "keep"})) == expected


def test_value_under_a_sensitive_name_is_searched_where_secrets_are_kept() -> None:
    redactor = Redactor(RedactSettings(actions={"SECRET": "keep"}, places={"log.SECRET": "mask"}))
    value = {"cookie": "user=jane@example.org; theme=dark"}
    assert redactor.value(value, {}) == {"cookie": "user=[EMAIL]; theme=dark"}
    assert redactor.at("log").value(value, {}) == {"cookie": "[SECRET]"}


def test_word_that_one_place_keeps_is_not_taken_for_harmless_at_another() -> None:
    redactor = Redactor(RedactSettings(actions={"SECRET": "keep"}, places={"log.SECRET": "mask"}))
    assert redactor.value({"password": "hunter"}, {}) == {"password": "hunter"}
    assert redactor.at("log").value({"password": "hunter"}, {}) == {"password": "[SECRET]"}
    assert redactor.value({"password": "hunter"}, {}) == {"password": "hunter"}


def test_fallback_engine_redacts_alike() -> None:
    assert _text(_TEXT, RedactSettings(engine="re")) == _text(_TEXT, RedactSettings(engine="re2"))


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPANWISE_REDACT_ACTIONS", "EMAIL=keep,PHONE=drop")
    monkeypatch.setenv("SPANWISE_REDACT_ALLOW", "a@example.org")
    settings = load(RedactSettings, "redact")
    assert settings.actions == {"EMAIL": "keep", "PHONE": "drop"} and settings.allow == ("a@example.org",)
