"""Errors as each provider words them."""

from dataclasses import dataclass

from provider.payload import JsonMap

__all__ = ["KINDS", "ApiError", "anthropic_body", "openai_body"]

KINDS = {
    400: "bad_request",
    401: "auth",
    403: "auth",
    404: "not_found",
    429: "rate_limit",
    500: "unavailable",
    503: "unavailable",
    529: "unavailable",
}

_OPENAI = {
    400: ("invalid_request_error", "invalid_value"),
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("invalid_request_error", "unsupported_country_region_territory"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
    500: ("server_error", None),
    503: ("service_unavailable_error", "service_unavailable"),
}

_ANTHROPIC = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}


@dataclass(frozen=True)
class ApiError(Exception):
    """A call that the provider answers with an error: HTTP `status`, and the `message` that the client reads."""

    status: int
    message: str
    param: str | None = None

    @property
    def kind(self) -> str:
        """The kind that the ledger counts it under."""
        return KINDS[self.status]


def openai_body(error: ApiError, request_id: str) -> JsonMap:
    """The JSON that OpenAI sends for `error`; the request id travels in a header only."""
    del request_id
    kind, code = _OPENAI[error.status]
    return {"error": {"message": error.message, "type": kind, "param": error.param, "code": code}}


def anthropic_body(error: ApiError, request_id: str) -> JsonMap:
    """The JSON that Anthropic sends for `error`."""
    detail = {"type": _ANTHROPIC[error.status], "message": error.message}
    return {"type": "error", "error": detail, "request_id": request_id}
