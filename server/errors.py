"""What the server refuses, and how: every error becomes one RFC 9457 problem.

ServerError
├── RoomGone            no such room, or none that the caller may know of: the answers are the same
├── Unauthenticated     a token that is invalid, expired or of the wrong kind
│   └── AccessRevoked   one of a participant who was removed, or whose link was
├── Forbidden           the participant's role does not allow it; or a foreign page asks
├── NotFound            no such participant, link, file or run
├── Conflict            the thing's present state does not allow it
├── Invalid             what was sent is not what the call takes
├── RateLimited         too much from one address
└── Unavailable         a part of the server can't answer now
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from collab.errors import CommandError, NotRenewable, RoomNotFound, RoomUnavailable
from server.schemas import FieldError, Problem


class ServerError(Exception):
    """Root of what this package raises; the message is shown to the caller."""


class RoomGone(ServerError):
    """No such room; or the caller has nothing that opens it, which must look the same."""

    def __init__(self) -> None:
        super().__init__("There is no such room, or what you sent does not open it.")


class Unauthenticated(ServerError):
    """The token is invalid, expired or of the wrong kind."""


class AccessRevoked(Unauthenticated):
    """The participant was removed from the room, or the link they came by was revoked."""

    def __init__(self) -> None:
        super().__init__("Your access to this room was withdrawn.")


class Forbidden(ServerError):
    """The caller is known and may not do this."""


class NotFound(ServerError):
    """Inside a room the caller may see: no such participant, link, file or run."""


class Conflict(ServerError):
    """The present state of the thing does not allow it."""


class Invalid(ServerError):
    """What was sent is not what the call takes."""

    def __init__(self, message: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.errors = list(errors)


class RateLimited(ServerError):
    """Too many requests of this kind from one address."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"Too many requests; try again in {retry_after_seconds} s.")
        self.retry_after_seconds = retry_after_seconds


class Unavailable(ServerError):
    """A part of the server can't answer now; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an error is told over HTTP."""

    status: HTTPStatus
    name: str
    headers: Mapping[str, str] = field(default_factory=dict)


ANSWERS: dict[type[Exception], Answer] = {
    RoomGone: Answer(HTTPStatus.NOT_FOUND, "not-found"),
    RoomNotFound: Answer(HTTPStatus.NOT_FOUND, "not-found"),
    NotFound: Answer(HTTPStatus.NOT_FOUND, "not-found"),
    Unauthenticated: Answer(
        HTTPStatus.UNAUTHORIZED, "unauthenticated", {"WWW-Authenticate": "Bearer"}
    ),
    Forbidden: Answer(HTTPStatus.FORBIDDEN, "forbidden"),
    Conflict: Answer(HTTPStatus.CONFLICT, "conflict"),
    NotRenewable: Answer(HTTPStatus.CONFLICT, "conflict"),
    Invalid: Answer(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid"),
    RateLimited: Answer(HTTPStatus.TOO_MANY_REQUESTS, "rate-limited"),
    Unavailable: Answer(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"),
    RoomUnavailable: Answer(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", {"Retry-After": "1"}),
}

# The words of the room's protocol for a refused command, which HTTP callers meet as well.
COMMAND_ANSWERS: dict[str, Answer] = {
    "forbidden": ANSWERS[Forbidden],
    "not_found": ANSWERS[NotFound],
    "invalid": ANSWERS[Invalid],
    "conflict": ANSWERS[Conflict],
    "too_many": ANSWERS[RateLimited],
    "unavailable": ANSWERS[Unavailable],
}


def problem_response(error: Exception) -> Response:
    """The answer to a request that ended in a domain error."""
    answer = _answer_to(error)
    message = str(RoomGone()) if isinstance(error, RoomNotFound) else str(error)
    headers = dict(answer.headers)
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.retry_after_seconds)
    problem = Problem(
        type=f"urn:codlab:problem:{answer.name}",
        title=answer.status.phrase,
        status=answer.status,
        detail=message,
        errors=error.errors or None if isinstance(error, Invalid) else None,
    )
    return _render(problem, headers)


def plain_problem(
    status: int, detail: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """A problem that needs no more words than its HTTP status."""
    title = HTTPStatus(status).phrase
    problem = Problem(type="about:blank", title=title, status=status, detail=detail or title)
    return _render(problem, headers)


def invalid(error: ValidationError) -> Invalid:
    """What pydantic found wrong, told field by field."""
    errors = [
        FieldError(field=".".join(str(part) for part in found["loc"]), message=found["msg"])
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    told = "; ".join(f"{one.field}: {one.message}" if one.field else one.message for one in errors)
    return Invalid(f"The request's content is not as it should be: {told}.", errors)


def exception_handlers() -> dict[type[Exception], ExceptionHandler]:
    """What Starlette calls for each kind of error."""
    handlers: dict[type[Exception], ExceptionHandler] = dict.fromkeys(ANSWERS, _answer_domain_error)
    return handlers | {CommandError: _answer_domain_error, HTTPException: _answer_http_exception}


def _answer_to(error: Exception) -> Answer:
    if isinstance(error, CommandError):
        return COMMAND_ANSWERS[error.code]
    return next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)


def _answer_domain_error(_request: Request, error: Exception) -> Response:
    return problem_response(error)


def _answer_http_exception(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError("this handler is for HTTPException")
    return plain_problem(error.status_code, error.detail, error.headers)


def _render(problem: Problem, headers: Mapping[str, str] | None) -> Response:
    return Response(
        problem.model_dump_json(exclude_none=True),
        status_code=problem.status,
        headers={"Cache-Control": "no-store"} | dict(headers or {}),
        media_type="application/problem+json",
    )
