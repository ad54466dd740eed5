"""The library's calls over aiohttp: a quarter of httpx's cost per call, and Slack needs it already.

Only the carrying is ours. What an answer means stays with the library: its ``BaseRequest`` turns
status codes and descriptions into its own errors.
"""

import json
from typing import Any, Final

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS: Final = 64
NOT_SENT: Final = "not connected"
"""How the message of an error begins where nothing can have been carried out."""


class AiohttpRequest(BaseRequest):
    """One pool of connections. Times in seconds; a call's own times go before these."""

    __slots__ = ("_connect", "_read", "_session")

    def __init__(self, *, read: float = 10.0, connect: float = 5.0) -> None:
        self._read = read
        self._connect = connect
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds an answer may take."""
        return self._read

    async def initialize(self) -> None:
        """Nothing: the pool is opened by the first call, so that a card may go out before."""

    async def shutdown(self) -> None:
        """Closes the pool; a later call opens a new one."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - the library's own type is private
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
    ) -> tuple[int, bytes]:
        """One call; the status and the body.

        Raises:
            TimedOut: no answer in time; it may have been carried out all the same.
            NetworkError: it did not get through. The address is left out: it holds the token.
        """
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_read=_chosen(read_timeout, self._read),
            sock_connect=_chosen(connect_timeout, self._connect),
        )
        body = _body(request_data) if request_data else None
        headers = {"User-Agent": self.USER_AGENT}
        try:
            async with self._open().request(
                method, url, data=body, headers=headers, timeout=timeout
            ) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as problem:
            raise NetworkError(f"{NOT_SENT}: {type(problem).__name__}") from None
        except TimeoutError as problem:
            raise TimedOut from problem
        except (aiohttp.ClientError, OSError) as problem:
            raise NetworkError(f"no answer: {type(problem).__name__}") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library does, without writing what could not be read into the log. A stricter
        reader would refuse half a letter, and with it the ninety-nine updates beside it."""
        try:
            answer = json.loads(payload.decode(errors="replace"))
        except (ValueError, RecursionError):
            raise TelegramError("Invalid server response") from None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # Proxies from the environment, as the library's own request takes them.
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True)
        return self._session


def _chosen(given: Any, otherwise: float) -> float | None:  # noqa: ANN401
    return otherwise if isinstance(given, DefaultValue) else given


def _body(request: RequestData) -> dict[str, str] | aiohttp.FormData:
    if not request.contains_files:
        return request.json_parameters
    form = aiohttp.FormData()
    for name, value in request.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (request.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
