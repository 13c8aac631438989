"""What a scenario does to a call: errors, waits and broken streams."""

from provider.answers import Prompt
from provider.errors import ApiError, anthropic_body, openai_body
from provider.http1 import Reply
from provider.ledger import Attempt
from provider.scenario import Scenario
from provider.wire import WireFormat, data_event, named_event

__all__ = ["interrupt", "misbehave"]

_PATIENCE = 60.0


async def misbehave(wire: WireFormat, scenario: Scenario, prompt: Prompt, attempt: int, reply: Reply) -> None:
    """What the scenario does before attempt number `attempt` gets an answer.

    Raises:
        ApiError: the answer is this error.
        ConnectionResetError: the connection is to be reset.
        ClientGone: the client did not wait.
    """
    for name, (status, message) in _FAILURES.items():
        if scenario.hits(name, attempt):
            raise ApiError(_status(wire, status), message.format(model=prompt.model, question=prompt.question))
    if scenario.hits("disconnect", attempt):
        raise ConnectionResetError
    await reply.pause(scenario.number("slow", 2.0) or 0.0)
    patience = scenario.number("hang", _PATIENCE)
    if patience is not None:
        await reply.pause(patience)
        raise ApiError(_status(wire, 503), "The server took too long to answer.")


_FAILURES = {
    "rate_limit": (429, "Rate limit reached for {model} on requests per min (RPM): Limit 500, Used 500, Requested 1."),
    "server_error": (500, "The server had an error while processing your request. Sorry about that!"),
    "unavailable": (503, "Overloaded"),
    "bad_request": (400, "Invalid value: '{question}'. The message could not be processed."),
    "auth": (401, "Incorrect API key provided."),
    "permission": (403, "You do not have access to {model}."),
    "not_found": (404, "The model `{model}` does not exist or you do not have access to it."),
}


def _status(wire: WireFormat, status: int) -> int:
    """Anthropic has a status of its own for being overloaded."""
    return 529 if status == 503 and wire.provider == "anthropic" else status


async def interrupt(wire: WireFormat, scenario: Scenario, number: int, attempt: Attempt, reply: Reply) -> bool:
    """What the scenario does before event `number` of a stream; True when the stream is over.

    Raises:
        ClientGone: the client did not wait.
    """
    if number == scenario.number("stall", 5):
        await reply.pause(_PATIENCE)
    if number == scenario.number("broken_stream", 5):
        # What was sent has to arrive before the reset, which may overtake it.
        await reply.pause(0.05)
        attempt.outcome = "broken_stream"
        reply.reset()
        return True
    if number == scenario.number("stream_error", 5):
        attempt.outcome = "stream_error"
        reply.chunk(_error_event(wire))
        reply.end()
        return True
    return False


def _error_event(wire: WireFormat) -> bytes:
    error = ApiError(500, "The server had an error while processing your request. Sorry about that!")
    if wire.provider == "anthropic":
        return named_event(anthropic_body(ApiError(529, "Overloaded"), ""))
    if wire.operation == "responses":
        return named_event({"type": "error", "code": "server_error", "message": error.message, "param": None})
    return data_event(openai_body(error, ""))
