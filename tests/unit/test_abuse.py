"""Abuse: who is flagged, from when, until when, and what it costs to know."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint
from opentelemetry.trace import StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core import abuse, guard
from spanwise.core.abuse import Flag, is_flagged, on_abuse, subject_hash
from spanwise.core.settings import load
from spanwise.core.view import SpanView
from spanwise.processors.abuse import AbuseSettings, AbuseStep
from spanwise.processors.abuse.distinct import DistinctUsers
from spanwise.processors.abuse.sketch import Sketch, places
from spanwise.processors.abuse.table import Table
from spanwise.processors.abuse.usage import CALLS, COST, INJECTIONS, REQUESTS, TOKENS, Moment, Usage
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import ABUSE_FLAGS, ACTIVE_USERS
from unit.views import call_view

NOON = 1_763_640_000 // 86_400 * 86_400 + 43_200
MINUTE, HOUR, DAY = 60, 3_600, 86_400


class Watched:
    """An abuse step with a clock that stands where it is put, and what came of it."""

    def __init__(self, **settings: object) -> None:
        self.now = NOON
        self.flags: list[Flag] = []
        self._reader = InMemoryMetricReader()
        self._provider = MeterProvider([self._reader], shutdown_on_exit=False)
        given = load(AbuseSettings, "abuse", None, {}, **settings)
        self.step = AbuseStep(self._provider.get_meter("test"), given, lambda: float(self.now))
        on_abuse(self.flags.append)

    def call(
        self, user: str | None = "u", tenant: str | None = None, key: str = "", **attributes: AnyValue
    ) -> tuple[str, ...]:
        """One call now; returns the reasons on its span. Attributes with `__` for `.`."""
        view = self.view({names.USER_ID: user, names.TENANT: tenant, **_dotted(attributes)}, key)
        self.step(view)
        reasons = view.attributes.get(names.ABUSE_REASONS)
        assert view.attributes.get(names.ABUSE_FLAGGED, False) is bool(reasons)
        return tuple(map(str, reasons)) if isinstance(reasons, tuple) else ()

    def view(self, attributes: Mapping[str, AnyValue], key: str = "") -> SpanView:
        """A call that ends now and uses nothing, unless `attributes` say so."""
        nothing = {names.USAGE_INPUT_TOKENS: None, names.USAGE_OUTPUT_TOKENS: None, names.COST_AMOUNT: None}
        view = call_view(attributes={**nothing, **attributes})
        view.end_ns = self.now * 10**9
        view.key_hash = subject_hash("key", key) if key else None
        return view

    def calls(self, amount: int, **given: AnyValue) -> list[tuple[str, ...]]:
        """As many calls now."""
        return [self.call(**given) for _ in range(amount)]  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def points(self, name: str) -> dict[tuple[str, ...], float]:
        """Values of a metric by its labels' values."""
        data = self._reader.get_metrics_data()
        return {
            tuple(str((point.attributes or {})[label]) for label in sorted(point.attributes or {})): point.value
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
            if isinstance(point, NumberDataPoint)
        }


def _dotted(attributes: Mapping[str, AnyValue]) -> dict[str, AnyValue]:
    return {name.replace("__", "."): value for name, value in attributes.items()}


@pytest.fixture(autouse=True)
def no_hooks() -> Iterator[None]:
    """Hooks of one test are not called in another."""
    yield
    abuse.forget_hooks()
    abuse.use_watch(None)


def test_call_after_the_last_allowed_one_of_a_minute_is_flagged() -> None:
    watched = Watched(requests={"user": 5})
    assert watched.calls(6) == [(), (), (), (), (), ("user.requests",)]


def test_default_limits_leave_a_busy_person_alone() -> None:
    watched = Watched()
    for _ in range(8 * 60):
        watched.now += MINUTE
        assert watched.calls(4, gen_ai__usage__input_tokens=4_000, spanwise__cost__amount=0.02) == [()] * 4


def test_minute_that_is_over_counts_no_longer() -> None:
    watched = Watched(requests={"user": 5})
    watched.calls(6)
    watched.now += MINUTE
    assert watched.call() == ()


def test_no_minute_on_the_edge_of_two_lets_twice_as_many_through() -> None:
    watched = Watched(requests={"user": 5})
    watched.now += 55
    assert not any(watched.calls(4))
    watched.now += 10
    assert watched.calls(2)[-1] == ("user.requests",)


@pytest.mark.parametrize("gap", [1, 7, 13, 29, 59])
def test_who_never_exceeds_a_limit_is_never_flagged(gap: int) -> None:
    watched = Watched(requests={"user": 60 // gap + 1})
    for _ in range(300):
        watched.now += gap
        assert watched.call() == ()


def test_tokens_of_an_hour_and_dollars_of_a_day_have_limits() -> None:
    watched = Watched(tokens={"user": 1_000}, cost={"user": 1})
    spent = {"gen_ai__usage__input_tokens": 300, "gen_ai__usage__output_tokens": 150, "spanwise__cost__amount": 0.3}
    assert watched.calls(4, **spent) == [(), (), ("user.tokens",), ("user.tokens", "user.cost")]
    watched.now += 2 * HOUR
    assert watched.call() == ("user.cost",)
    watched.now += DAY
    assert watched.call() == ()


def test_share_of_failed_calls_counts_from_enough_calls() -> None:
    watched = Watched(errors={"user": 0.5}, least_calls=10)
    outcomes = ["bad_request"] * 6 + ["ok"] * 3 + ["bad_request"]
    found = [watched.call(spanwise__outcome=outcome) for outcome in outcomes]
    assert found == [()] * 9 + [("user.errors",)]


@pytest.mark.parametrize("outcome", ["unavailable", "timeout", "rate_limit", "cancelled", "abandoned", "error"])
def test_failing_provider_makes_nobody_an_abuser(outcome: str) -> None:
    assert not any(Watched().calls(100, spanwise__outcome=outcome))


def test_calls_that_screening_flags_are_counted() -> None:
    watched = Watched()
    assert watched.calls(4, spanwise__screen__flagged=True) == [(), (), (), ("user.injections",)]


def practised(watched: Watched, calls: int = 10) -> None:
    """Two hours of ordinary use."""
    for _ in range(12):
        watched.now += 600
        assert not any(watched.calls(calls, gen_ai__usage__input_tokens=1_000))


def test_sudden_change_is_flagged_against_the_own_past() -> None:
    watched = Watched(requests={})
    practised(watched)
    watched.now += 600
    found = watched.calls(101, gen_ai__usage__input_tokens=100)
    assert found[-2:] == [(), ("user.change",)]


def test_larger_prompts_are_a_sudden_change_too() -> None:
    watched = Watched(requests={})
    practised(watched)
    watched.now += 600
    assert watched.calls(60, gen_ai__usage__input_tokens=20_000)[-1] == ("user.change",)


def test_who_has_no_past_has_no_sudden_change() -> None:
    assert not any(Watched(requests={}).calls(1_000))


def test_change_becomes_usual_in_time() -> None:
    watched = Watched(requests={})
    practised(watched)
    found: list[tuple[str, ...]] = []
    for _ in range(12):
        watched.now += 600
        found = watched.calls(120)
    assert not any(found)


def test_tenant_and_key_have_limits_of_their_own() -> None:
    watched = Watched(requests={"user": 3, "tenant": 2, "key": 1})
    assert watched.call("a", "acme", "sk-1") == ()
    assert watched.call("b", "acme", "sk-1") == ("key.requests",)
    assert watched.call("c", "acme", "sk-2") == ("tenant.requests",)
    assert watched.call("d", "other", "sk-3") == ()


@pytest.mark.parametrize("limits", [{}, {"user": 0}, {"tenant": 1}])
def test_zero_or_no_limit_flags_nobody(limits: Mapping[str, float]) -> None:
    assert not any(Watched(requests=limits).calls(200))


def test_disabled_watch_flags_nobody() -> None:
    watched = Watched(enabled=False, requests={"user": 1})
    assert not any(watched.calls(5))
    assert not is_flagged(user="u")
    assert watched.points(ACTIVE_USERS.name) == {}


def test_what_is_no_call_to_a_model_uses_nothing() -> None:
    watched = Watched(requests={"user": 1})
    for _ in range(5):
        view = watched.view({names.USER_ID: "u", names.OPERATION_NAME: "execute_tool"})
        watched.step(view)
        assert names.ABUSE_FLAGGED not in view.attributes


@pytest.mark.parametrize("wrong", [-5, float("nan"), float("inf"), "many", None])
def test_amounts_that_cannot_be_are_none(wrong: AnyValue) -> None:
    watched = Watched(cost={"user": 1}, tokens={"user": 10})
    found = watched.calls(3, gen_ai__usage__input_tokens=wrong, spanwise__cost__amount=wrong)
    assert found == [(), (), ()]
    assert watched.call(spanwise__cost__amount=1.5) == ("user.cost",)


def test_call_from_the_future_is_one_of_now() -> None:
    watched = Watched(requests={"user": 5})
    view = watched.view({names.USER_ID: "u"})
    view.end_ns += 10**9 * DAY
    watched.step(view)
    assert watched.calls(5)[-1] == ("user.requests",)


def test_late_call_does_not_push_out_newer_ones() -> None:
    watched = Watched(requests={"user": 5})
    watched.calls(5)
    late = watched.view({names.USER_ID: "u"})
    late.end_ns -= 10**9 * HOUR
    watched.step(late)
    assert watched.call() == ("user.requests",)


def test_hook_is_told_once_until_the_subject_is_below_the_limit_again() -> None:
    watched = Watched(requests={"user": 2})
    watched.calls(6)
    assert watched.flags == [Flag("user", "u", "requests", 3.0, 2)]
    watched.now += 2 * MINUTE
    watched.calls(6)
    assert len(watched.flags) == 2


def test_hook_never_gets_an_api_key() -> None:
    watched = Watched(requests={"key": 1})
    watched.calls(2, user=None, key="sk-secret")
    assert watched.flags == [Flag("key", "", "requests", 2.0, 1)]


def test_fault_of_one_hook_is_no_fault_of_the_others(swallowed_faults: None) -> None:
    @on_abuse
    def broken(_: Flag) -> None:  # pyright: ignore[reportUnusedFunction]
        raise RuntimeError

    watched = Watched(requests={"user": 1})
    assert watched.calls(2)[-1] == ("user.requests",)
    assert len(watched.flags) == 1
    assert guard.failures["abuse.hook"] == 1


def test_application_can_ask_who_is_over_a_limit_now() -> None:
    watched = Watched(requests={"user": 2, "key": 2})
    assert not is_flagged(user="u")
    watched.calls(3, key="sk-1")
    assert is_flagged(user="u") and is_flagged(key="sk-1") and is_flagged(user="v", tenant="t", key="sk-1")
    assert not is_flagged(user="v", tenant="u", key="u")
    watched.now += 2 * MINUTE
    assert not is_flagged(user="u") and not is_flagged(key="sk-1")


def test_asking_changes_nothing() -> None:
    watched = Watched(tokens={"user": 1_000})
    watched.call(gen_ai__usage__input_tokens=900)
    watched.now += 2 * HOUR
    assert not is_flagged(user="u")
    watched.now -= 2 * HOUR
    assert watched.call(gen_ai__usage__input_tokens=200) == ("user.tokens",)


def test_flags_are_counted_by_reason_and_kind_and_never_by_user() -> None:
    watched = Watched(requests={"user": 2, "tenant": 3})
    for user in "abc":
        watched.calls(4, user=user, tenant="acme")
    assert watched.points(ABUSE_FLAGS.name) == {("requests", "user"): 3, ("requests", "tenant"): 1}


def test_active_users_are_those_of_the_last_five_minutes() -> None:
    watched = Watched()
    for user in range(20):
        watched.calls(3, user=f"u-{user}")
    watched.call(user=None)
    assert watched.points(ACTIVE_USERS.name) == {(): 20}
    watched.now += 3 * MINUTE
    watched.call(user="u-1")
    watched.call(user="later")
    assert watched.points(ACTIVE_USERS.name) == {(): 21}
    watched.now += 4 * MINUTE
    assert watched.points(ACTIVE_USERS.name) == {(): 2}


def test_child_process_starts_with_nothing() -> None:
    watched = Watched(requests={"user": 2})
    watched.calls(3)
    watched.step.forget()
    assert not is_flagged(user="u")
    assert watched.call() == ()


def test_status_of_the_span_does_not_matter() -> None:
    watched = Watched(errors={"user": 0.5}, least_calls=1)
    view = watched.view({names.USER_ID: "u", names.OUTCOME: "unavailable"})
    view.status = StatusCode.ERROR
    watched.step(view)
    assert names.ABUSE_FLAGGED not in view.attributes


def test_sum_is_that_of_the_window_or_of_five_sixths_of_it() -> None:
    dice = random.Random(3)
    made: list[int] = []
    usage = Usage(Moment(NOON))
    at = NOON
    for _ in range(2_000):
        at += dice.choice((0, 1, 3, 17))
        made.append(at)
        moment = Moment(at)
        usage.add(moment, (moment.amount(REQUESTS, 1.0),))
        certain, possible = (sum(one > at - window for one in made[-200:]) for window in (50, 60))
        assert certain <= usage.totals[REQUESTS] <= possible


def test_user_who_is_pushed_out_is_remembered_by_tokens_dollars_and_attacks() -> None:
    table = Table(10)
    moment = Moment(NOON)
    spent = [moment.amount(measure, 7.0) for measure in (TOKENS, COST, INJECTIONS, CALLS)]
    table.seen(1, moment).add(moment, spent)
    for other in range(100):
        table.seen(subject_hash("user", str(other)), moment)
    assert len(table) == 10
    again = table.seen(1, Moment(NOON + 300))
    assert [again.totals[measure] for measure in (TOKENS, COST, INJECTIONS, CALLS)] == [7.0, 7.0, 7.0, 0.0]
    next_hour = table.peek(1, Moment(NOON + HOUR))
    assert next_hour is not None
    assert [next_hour.totals[measure] for measure in (TOKENS, COST)] == [0.0, 7.0]


def test_user_who_comes_and_goes_is_not_counted_twice() -> None:
    table = Table(1)
    moment = Moment(NOON)
    for turn in range(50):
        table.seen(1, moment).add(moment, [moment.amount(TOKENS, 2.0)])
        table.seen(2, moment)
        known = table.peek(1, moment)
        assert known is not None
        assert known.totals[TOKENS] == 2.0 * (turn + 1)


def test_sketch_is_never_too_small_and_rarely_too_large() -> None:
    dice = random.Random(5)
    sketch, truth = Sketch(), dict[int, float]()
    for _ in range(100_000):
        key = dice.getrandbits(64) if dice.random() < 0.5 or not truth else next(iter(truth))
        truth[key] = truth.get(key, 0.0) + 1.0
        sketch.note(places(key), 1, sketch.total(places(key), 1) + 1.0)
    bound = 2.7183 / 16_384 * 100_000
    over = [sketch.total(places(key), 1) - value for key, value in truth.items()]
    assert min(over) >= 0
    assert sum(one > bound for one in over) <= 0.018 * len(over)


def test_sketch_forgets_with_the_period_and_ignores_what_is_late() -> None:
    sketch = Sketch()
    sketch.note(places(5), 10, 3.0)
    sketch.note(places(5), 9, 8.0)
    assert (sketch.total(places(5), 10), sketch.total(places(5), 9), sketch.total(places(5), 11)) == (3.0, 0.0, 0.0)
    sketch.note(places(6), 11, 1.0)
    assert sketch.total(places(5), 11) == 0.0


@pytest.mark.parametrize("amount", [0, 1, 10, 1_000, 20_000, 200_000])
def test_users_are_counted_to_a_few_percent(amount: int) -> None:
    dice, users = random.Random(amount), DistinctUsers()
    for number in range(amount):
        users.add(dice.getrandbits(64), number % 5)
    assert users.count(4) == pytest.approx(amount, rel=0.05)
