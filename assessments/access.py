"""Who may do what: one table of roles and verbs. Pure."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of a workspace is there for."""

    LEAD = "lead"
    ASSESSOR = "assessor"
    RESPONDENT = "respondent"
    VIEWER = "viewer"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The role's name on screen."""
        return self.value.capitalize()


class Verb(StrEnum):
    """What doors ask permission for."""

    READ = "read"  # dashboards, results, reports
    ANSWER = "answer"  # rate the questions of an open cycle
    DECIDE = "decide"  # accept, dispute or override a proposal
    RUN_CYCLE = "run_cycle"  # create, open, review and lock cycles; ask for reports
    CONNECT = "connect"  # sources, their rules and credentials, uploads of events
    ADMINISTER = "administer"  # organization, members, editions, the workspace itself
    AUDIT = "audit"  # the journal, every person's ratings, verification


_ALLOWED: dict[Role, frozenset[Verb]] = {
    Role.LEAD: frozenset(Verb),
    Role.ASSESSOR: frozenset({Verb.READ, Verb.ANSWER, Verb.DECIDE, Verb.AUDIT}),
    Role.RESPONDENT: frozenset({Verb.READ, Verb.ANSWER}),
    Role.VIEWER: frozenset({Verb.READ}),
    Role.AUDITOR: frozenset({Verb.READ, Verb.AUDIT}),
}


def allows(role: Role, verb: Verb) -> bool:
    """Say whether a member with this role may do this."""
    return verb in _ALLOWED[role]
