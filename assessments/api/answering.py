"""Answering: what I am asked, and what I say to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework.response import Response

from assessments.access import Verb
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import answers as serializers
from assessments.api.serializers import participants as people
from assessments.queries import at_hand as beside
from assessments.queries import participation, questions
from assessments.queries.assignments import is_guest
from assessments.queries.results import origins
from assessments.services import answering, handing, participating
from assessments.tasks import notices
from assessments.tasks.cycles import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.queries.at_hand import AtHand
    from assessments.queries.participation import AskedCycle, DomainCell
    from assessments.queries.questions import Overview, Question

_LINK_LIFE = timedelta(days=30)
_PROGRESS = {"answered": 4, "of": 12}
_ANSWER = {
    "id": 901,
    "topic": "D7.2",
    "answer": "level",
    "level": 3,
    "confidence": "high",
    "rationale": "Every model of the platform goes this way.",
    "vantage": "practitioner",
    "rated_at": "2026-10-12T08:15:00Z",
    "carried_from": "",
}
_MINE = {
    "id": 8,
    "title": "Q4 2026",
    "scope_name": "Northwind",
    "asked_by": "Ada",
    "state": "open",
    "due_on": "2026-12-15",
    "named": True,
    "status": "started",
    "progress": _PROGRESS,
    "domains": [
        {
            "code": "D7",
            "name": "Machine learning operations",
            "progress": _PROGRESS,
            "finished": False,
            "status": "started",
            "handed_by": "",
            "note": "",
        }
    ],
}
_OVERVIEW = {
    "cycle_id": 8,
    "title": "Q4 2026",
    "scope_name": "Northwind",
    "state": "open",
    "mine": _PROGRESS,
    "domains": [
        {
            "code": "D7",
            "name": "Machine learning operations",
            "mine": _PROGRESS,
            "finished_at": None,
            "questions": [
                {
                    "topic": "D7.2",
                    "name": "Release",
                    "text": "How does a model reach production?",
                    "answer": _ANSWER,
                    "carried": None,
                    "changed": False,
                    "comments": 1,
                }
            ],
        }
    ],
}
_QUESTION = {
    "cycle_id": 8,
    "state": "open",
    "unanchored": False,
    "domain": "D7",
    "domain_name": "Machine learning operations",
    "topic": "D7.2",
    "name": "Release",
    "text": "How does a model reach production?",
    "help": "",
    "evidence": ["Release log of the last quarter"],
    "choices": [{"level": 1, "name": "Initial", "text": "By hand, by one person."}],
    "before": "D7.1",
    "after": "D7.3",
    "asks_why": ["not_applicable"],
    "vantage": "practitioner",
    "newest": 901,
    "answer": _ANSWER,
    "carried": None,
}


class Asked(Room):
    """What I am asked."""

    @operation(
        "answers_asked",
        "List what I am asked in every cycle",
        needs=Verb.ANSWER,
        somewhere=True,
        gives=people.MyCycle,
        many=True,
        told=[_MINE],
    )
    def get(self) -> Sequence[AskedCycle]:
        """Return the cycles in which I am asked something."""
        return _asked(self)


class AskedDomain(Room):
    """One domain that I am asked for."""

    @operation(
        "answers_finish",
        "Say that I am done with a domain, or not",
        needs=Verb.ANSWER,
        takes=people.Finishing,
        sent={"finished": True},
    )
    def put(self, cycle_id: int, domain: str, given: Given) -> None:
        """Finish a domain, or take that back."""
        _mine(self, cycle_id, domain)
        service = participating.finish if given["finished"] else participating.unfinish
        service(cycle_id=cycle_id, domain=domain, person=self.user, now=self.now)


class HandOver(Room):
    """Handing over."""

    @operation(
        "answers_hand_over",
        "Hand a domain over to a colleague",
        needs=Verb.ANSWER,
        says="To a member by id, or to somebody without an account by e-mail.",
        takes=people.Handing,
        gives=people.Handed,
        sent={"to_id": 6, "note": "You know this better."},
        told={"to": "Noa"},
    )
    def post(self, cycle_id: int, domain: str, given: Given) -> dict[str, str]:
        """Give one of my domains away."""
        cycle, _cell = _mine(self, cycle_id, domain)
        if not cycle.named:
            # Everybody is asked everything: there is nothing that is mine to give.
            raise Http404
        if is_guest(person_id=self.me.user_id):
            # Who came by a link learns nobody's name.
            given = given | {"to_id": None}
        to = handing.hand_over(
            cycle_id=cycle_id,
            domain=domain,
            person=self.user,
            zone=self.zone,
            expires_on=self.today + _LINK_LIFE,
            now=self.now,
            **given,
        )
        notices.ask()
        return {"to": to}


class Questions(Room):
    """All my questions in a cycle."""

    @operation(
        "answers_list",
        "List my questions in a cycle, with my answers",
        needs=Verb.ANSWER,
        gives=serializers.Overview,
        told=_OVERVIEW,
    )
    def get(self, cycle_id: int) -> Overview:
        """Return everything that I am asked."""
        return questions.overview(cycle_id=cycle_id, person_id=self.me.user_id)


class OneQuestion(Room):
    """One question, and my answer to it."""

    @operation(
        "answers_question",
        "Read one question with its levels and my answer",
        needs=Verb.ANSWER,
        gives=serializers.Question,
        told=_QUESTION,
    )
    def get(self, cycle_id: int, topic: str) -> Question:
        """Return the question."""
        found = questions.question(
            cycle_id=cycle_id, topic=topic, person_id=self.me.user_id
        )
        if found is None:
            raise Http404
        return found

    @operation(
        "answers_give",
        "Answer a question",
        needs=Verb.ANSWER,
        says=(
            "The same answer again writes nothing. Send `seen` to be told (409) when"
            " it was answered differently elsewhere meanwhile."
        ),
        takes=serializers.Giving,
        gives=serializers.Given,
        sent={
            "answer": "level",
            "level": 3,
            "confidence": "high",
            "rationale": "Every model of the platform goes this way.",
            "seen": 0,
        },
        told={"id": 901, "progress": _PROGRESS},
    )
    def put(self, cycle_id: int, topic: str, given: Given) -> Any:
        """Keep my answer."""
        try:
            kept = answering.rate(
                cycle_id=cycle_id,
                topic=topic,
                person=self.user,
                now=self.now,
                **given | {"vantage": given["vantage"] or self.me.vantage},
            )
        except answering.NoSuchQuestion as refusal:
            return Response({"detail": refusal.sentence}, status=404)
        ask(cycle_id, "answer")
        return {"id": kept.id, "progress": kept.progress()}


class Beside(Room):
    """What is at hand beside a question."""

    @operation(
        "answers_at_hand",
        "Read what is at hand beside a question",
        needs=Verb.ANSWER,
        says="My last answer and the measured value, once they may be seen.",
        gives=serializers.AtHand,
        told={"hidden": True, "changed": False, "last": None, "proposed": []},
    )
    def get(self, cycle_id: int, topic: str) -> AtHand:
        """Return the last answer and what was measured."""
        me = self.me.user_id
        if questions.domain_of(cycle_id=cycle_id, topic=topic, person_id=me) is None:
            raise Http404
        return beside.at_hand(cycle_id=cycle_id, topic=topic, person_id=me)


class Ratings(Room):
    """The ratings behind a topic."""

    @operation(
        "ratings_list",
        "List the ratings behind a topic",
        needs=Verb.AUDIT,
        says="Each person's newest, by name: for who may audit.",
        gives=serializers.Rating,
        many=True,
        told=[
            {
                "who": "Rui",
                "mine": False,
                "vantage": "Practitioner",
                "answer": "Level 3",
                "level": 3,
                "confidence": "High",
                "rationale": "Every model of the platform goes this way.",
                "rated_at": "2026-10-12T08:15:00Z",
            }
        ],
    )
    def get(self, cycle_id: int, topic: str) -> Sequence[origins.RatingRow]:
        """Return every person's rating."""
        if not questions.is_topic(cycle_id=cycle_id, topic=topic):
            raise Http404
        return origins.rating_rows(
            cycle_id=cycle_id, topic=topic, reader_id=self.me.user_id, all_people=True
        )


def _asked(room: Room) -> list[AskedCycle]:
    return participation.asked_cycles(
        workspace_id=room.me.workspace_id,
        person_id=room.me.user_id,
        reach=room.me.reach(Verb.ANSWER),
    )


def _mine(room: Room, cycle_id: int, domain: str) -> tuple[AskedCycle, DomainCell]:
    """Return the cycle and the domain, if I am asked for it."""
    for cycle in _asked(room):
        for cell in cycle.domains:
            if (cycle.id, cell.code) == (cycle_id, domain):
                return cycle, cell
    raise Http404
