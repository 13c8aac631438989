"""The receiver that stands in for whoever is told of alerts."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from native.webhook import Delivery, WebhookReceiver, sentence

_ALERT = {
    "status": "firing",
    "labels": {"alertname": "GenAIErrorRateHigh", "priority": "P1", "service_name": "shop"},
    "annotations": {"summary": "8 % of the calls of shop fail"},
}


def _post(url: str, text: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, text.encode()), timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_delivery_is_kept_with_path_and_headers_and_told_at_once() -> None:
    told: list[Delivery] = []
    with WebhookReceiver(told.append) as receiver:
        assert _post(f"{receiver.url}/alerts", json.dumps({"alerts": [_ALERT]})) == 200
        assert [(each.path, each.body) for each in receiver.deliveries] == [("/alerts", {"alerts": [_ALERT]})]
        assert receiver.deliveries[0].headers["host"] == receiver.address
        assert told == receiver.deliveries


@pytest.mark.parametrize("text", ["", "{", "[]", "7"])
def test_what_is_no_json_object_is_refused_and_not_kept(text: str) -> None:
    with WebhookReceiver() as receiver:
        assert _post(receiver.url, text) == 400
        assert receiver.deliveries == []


def test_waiting_ends_with_the_first_delivery_that_is_wanted() -> None:
    with WebhookReceiver() as receiver:
        for number in range(3):
            _post(f"{receiver.url}/{number}", "{}")
        assert receiver.wait_for(lambda delivery: delivery.path != "/0").path == "/1"


def test_waiting_in_vain_tells_what_came_instead() -> None:
    with WebhookReceiver() as receiver:
        _post(receiver.url, json.dumps({"alerts": [_ALERT]}))
        with pytest.raises(TimeoutError, match="firing P1 GenAIErrorRateHigh shop"):
            receiver.wait_for(lambda delivery: delivery.path == "/never", patience=0.1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"alerts": [_ALERT]}, "firing P1 GenAIErrorRateHigh shop: 8 % of the calls of shop fail"),
        ({"alerts": [{"status": "resolved"}, {"status": "firing"}]}, "resolved ?: \nfiring ?: "),
        ({"alerts": ["odd", {"labels": 3}]}, "? ?: \n? ?: "),
        ({"text": "hello"}, '{"text": "hello"}'),
    ],
)  # fmt: skip
def test_sentence_says_who_is_told_of_what(body: dict[str, object], said: str) -> None:
    assert sentence(Delivery("/", body, 0.0, {})) == said
