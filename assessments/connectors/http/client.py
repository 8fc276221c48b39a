"""The client itself: questions to one host, patiently, by the rules of the house."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import tenacity

from assessments.connectors.base import FREE, Refused, Unreachable
from assessments.connectors.http import sending
from assessments.connectors.http.complaining import complaint, is_trouble, not_now
from assessments.connectors.http.home import Home
from assessments.connectors.http.limits import limits_of
from assessments.connectors.http.sending import Failed, Question, Raw
from assessments.connectors.http.transport import way_to
from assessments.connectors.http.unpacking import ACCEPTED
from assessments.connectors.http.values import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from assessments.connectors.base import House
    from assessments.connectors.http.marks import Marks
    from assessments.connectors.http.values import Patience
    from scoring.events import Json

_UNCHANGED = 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
# The only ones after which a question with a body may be asked again as it was.
_SAME_METHOD = frozenset({307, 308})
_MOST_REDIRECTS = 3


class Client:
    """Requests to one host, with the headers given; use it as a context."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        allow_local: bool,
        patience: Patience,
        house: House = FREE,
        bearing: Callable[[], Mapping[str, str]] | None = None,
    ) -> None:
        self._home = Home(base_url.rstrip("/"))
        self._patience = patience
        self._ledger = house.ledger
        # Headers of a credential that is renewed now and then, asked for each time.
        self._bearing = bearing
        # Was anything found at another address, where it is to stay?
        self.moved = False
        self._client = httpx.Client(
            headers={"Accept-Encoding": ACCEPTED, **headers},
            timeout=patience.timeout_seconds,
            follow_redirects=False,
            transport=way_to(self._home.base, allow_local=allow_local, house=house),
        )

    @property
    def host(self) -> str:
        """The name of the host, for sentences."""
        return self._home.host

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(
        self,
        path: str,
        params: Mapping[str, str | int] | None = None,
        *,
        marks: Marks | None = None,
    ) -> Answer:
        """Ask for a path below the base, or for a whole address of the same host.

        With marks, an answer that did not change since is `unchanged`, without a body.
        """
        url = self._home.below(path)
        if params:
            url = str(httpx.URL(url).copy_merge_params(dict(params)))
        headers = marks.headers_for(url) if marks else {}
        answer = self._patiently(
            Question(url=url, headers=headers, conditional=bool(headers))
        )
        if marks and not answer.unchanged:
            marks.note(url, answer.headers)
        return answer

    def post(self, path: str, body: Mapping[str, Json]) -> Answer:
        """Ask with a JSON body, as searches do: they change nothing, so may repeat."""
        question = Question(
            url=self._home.below(path),
            headers={"Content-Type": "application/json"},
            body=json.dumps(dict(body)).encode(),
        )
        return self._patiently(question)

    def pages(
        self,
        path: str,
        params: Mapping[str, str | int],
        *,
        marks: Marks | None = None,
    ) -> Iterator[Answer]:
        """Yield the pages of a list, by the links that the platform gives.

        With marks, a list whose first page did not change has no pages.
        """
        answer = self.get(path, params, marks=marks)
        if answer.unchanged:
            return
        seen = {answer.url}
        yield answer
        while answer.next_url:
            if answer.next_url in seen:
                raise Unreachable(f"{self.host} sent the same page twice.")
            if len(seen) >= self._patience.most_pages:
                raise Refused(
                    f"{self.host} has more than {self._patience.most_pages} pages of"
                    " one list; ask for a shorter history."
                )
            seen.add(answer.next_url)
            answer = self.get(answer.next_url)
            yield answer

    # ── one attempt ────────────────────────────────────────────────────────────────

    def _once(self, question: Question) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            raw = self._send(question)
            if raw.status not in _REDIRECTS:
                return self._read(raw, question)
            if question.body is not None and raw.status not in _SAME_METHOD:
                raise Refused(f"{self.host} has moved the search; check the address.")
            target = raw.headers.get("location", "")
            self.moved = self.moved or raw.status in _FOR_GOOD
            question = Question(
                url=self._home.led(raw.url, target, does="redirects"),
                headers=question.headers,
                body=question.body,
                conditional=question.conditional,
            )
        raise Refused(f"{self.host} redirects in circles; check the address.")

    def _send(self, question: Question) -> Raw:
        """Ask if the house lets us, and tell it how that went."""
        if self._bearing:
            borne = {**question.headers, **self._bearing()}
            question = replace(question, headers=borne)
        wait = self._ledger.ask(self._home.place) if self._ledger else None
        if wait:
            raise not_now(wait, self.host)
        try:
            raw = sending.send(
                self._client, question, host=self.host, patience=self._patience
            )
        except Failed:
            self._note(None)
            raise
        self._note(raw)
        return raw

    def _note(self, raw: Raw | None) -> None:
        if self._ledger is None:
            return
        if raw is None or is_trouble(raw):
            self._ledger.failed(self._home.place)
        else:
            self._ledger.answered(self._home.place, limits_of(raw))

    def _read(self, raw: Raw, question: Question) -> Answer:
        if raw.status == _UNCHANGED and question.conditional:
            return Answer(
                body=None, url=raw.url, headers=dict(raw.headers), unchanged=True
            )
        if raw.status >= httpx.codes.BAD_REQUEST:
            raise complaint(raw, self.host)
        body = sending.read(raw, self.host)
        following = raw.next_url
        if following:
            following = self._home.led(raw.url, following, does="sends its pages")
        return Answer(
            body=body, url=raw.url, next_url=following, headers=dict(raw.headers)
        )

    # ── patience ───────────────────────────────────────────────────────────────────

    def _patiently(self, question: Question) -> Answer:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self._worth_waiting),
            stop=tenacity.stop_after_attempt(self._patience.attempts),
            wait=self._pause,
            reraise=True,
        )
        return retrying(self._once, question)

    def _worth_waiting(self, error: BaseException) -> bool:
        if not isinstance(error, Unreachable):
            return False
        asked = error.retry_after or timedelta(0)
        return asked.total_seconds() <= self._patience.longest_pause_seconds

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Unreachable) and error.retry_after:
            return error.retry_after.total_seconds()
        pause = self._patience.first_pause_seconds * 2.0 ** (state.attempt_number - 1)
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 -- spreads load, hides nothing
        return min(pause, self._patience.longest_pause_seconds) * jitter
