"""Metrics of the application."""

from __future__ import annotations

from contract.channels.channel import channel
from contract.installation import Installation


@channel
def label_of_a_counter(installed: Installation, text: str) -> None:
    installed.meter_provider.get_meter("shop").create_counter("orders").add(1, {"note": text})


@channel
def key_of_a_label(installed: Installation, text: str) -> None:
    installed.meter_provider.get_meter("shop").create_counter("orders").add(1, {text: "value"})


@channel
def key_of_a_numeric_label(installed: Installation, text: str) -> None:
    installed.meter_provider.get_meter("shop").create_counter("orders").add(1, {text: 3})


@channel
def label_in_a_list(installed: Installation, text: str) -> None:
    installed.meter_provider.get_meter("shop").create_counter("orders").add(1, {"notes": ["first", text]})


@channel
def label_of_a_histogram(installed: Installation, text: str) -> None:
    installed.meter_provider.get_meter("shop").create_histogram("waiting").record(1.5, {"note": text})


@channel
def label_of_a_gauge(installed: Installation, text: str) -> None:
    installed.meter_provider.get_meter("shop").create_gauge("stock").set(3, {"note": text})


@channel
def attribute_of_an_exemplar(installed: Installation, text: str) -> None:
    """The view of `narrow` keeps no label, so that they are left to the exemplar, of which a bucket has one."""
    with installed.tracer.start_as_current_span("work"):
        installed.meter_provider.get_meter("shop").create_histogram("narrow").record(1.5, {"note": text})
    installed.meter_provider.force_flush()


@channel
def scope_of_a_metric(installed: Installation, text: str) -> None:
    meter = installed.meter_provider.get_meter(text, attributes={"note": text})
    meter.create_counter("orders").add(1)


@channel
def description_of_a_metric(installed: Installation, text: str) -> None:
    name = f"orders_{abs(hash(text))}"
    installed.meter_provider.get_meter("shop").create_counter(name, description=text).add(1)
