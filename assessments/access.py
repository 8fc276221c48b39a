"""Who may do what: one table of roles and verbs. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


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
        return str(_LABELS[self])


_LABELS = {
    Role.LEAD: _("Lead"),
    Role.ASSESSOR: _("Assessor"),
    Role.RESPONDENT: _("Respondent"),
    Role.VIEWER: _("Viewer"),
    Role.AUDITOR: _("Auditor"),
}


class Verb(StrEnum):
    """What doors ask permission for."""

    ENTER = "enter"  # be here: home, one's own questions, one's own settings
    READ = "read"  # dashboards, results, reports, evidence
    ANSWER = "answer"  # rate what one is asked, comment on it, attach evidence
    ANSWER_ALL = "answer_all"  # rate every question of an open cycle, asked or not
    DECIDE = "decide"  # accept, dispute or override a proposal; settle, run a workshop
    PLAN = "plan"  # initiatives, gates, the platform's capabilities
    SIGN = "sign"  # sign a cycle off
    RUN_CYCLE = "run_cycle"  # create, open, review and lock cycles; ask for reports
    CONNECT = "connect"  # sources, their rules and credentials, uploads of events
    ADMINISTER = "administer"  # organization, members, editions, the workspace itself
    AUDIT = "audit"  # the journal, every person's ratings, verification


_ALLOWED: dict[Role, frozenset[Verb]] = {
    Role.LEAD: frozenset(Verb),
    Role.ASSESSOR: frozenset(
        {
            Verb.ENTER,
            Verb.READ,
            Verb.ANSWER,
            Verb.ANSWER_ALL,
            Verb.DECIDE,
            Verb.PLAN,
            Verb.SIGN,
            Verb.AUDIT,
        }
    ),
    Role.RESPONDENT: frozenset({Verb.ENTER, Verb.ANSWER}),
    Role.VIEWER: frozenset({Verb.ENTER, Verb.READ}),
    Role.AUDITOR: frozenset({Verb.ENTER, Verb.READ, Verb.AUDIT}),
}


def allows(role: Role, verb: Verb) -> bool:
    """Say whether a member with this role may do this."""
    return verb in _ALLOWED[role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person is in one workspace: a role everywhere, others in subtrees.

    `grants` pairs the path of a node of the organization tree with a role that holds
    for it and everything below.
    """

    role: Role
    grants: tuple[tuple[str, Role], ...] = ()

    def may(self, verb: Verb, *, at: str | None = None) -> bool:
        """Say whether the person may do this at the node with path `at`.

        Without a node: in the whole workspace.
        """
        if allows(self.role, verb):
            return True
        return at is not None and any(
            allows(role, verb) and at.startswith(top) for top, role in self.grants
        )

    def may_somewhere(self, verb: Verb) -> bool:
        """Say whether there is any node where the person may do this."""
        return self.reach(verb) != ()

    def reach(self, verb: Verb) -> tuple[str, ...]:
        """Return the paths under which the person may do this; ("/",) is everywhere."""
        if allows(self.role, verb):
            return ("/",)
        return tuple(sorted({top for top, role in self.grants if allows(role, verb)}))
