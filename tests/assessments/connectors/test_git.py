"""Git: what is read of a repository by path and over HTTP, and what becomes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    Unreachable,
    clean_rules,
)
from assessments.connectors.git import Git
from assessments.connectors.repositories import Limits
from scoring.events import Change, Commit, Deployment, Event
from tests.assessments.connectors.git_server import GitServer, serving
from tests.assessments.connectors.names import resolving
from tests.assessments.connectors.repositories import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assessments.connectors.base import Page, Plain
    from scoring.events import Json

NOW = datetime(2026, 2, 1, tzinfo=UTC)
CANARY = "canary-0123456789"
GIT = Git()


def at(day: int, hour: int = 12) -> str:
    """A moment of January 2026, as git takes it."""
    return f"2026-01-{day:02}T{hour:02}:00:00+00:00"


def moment(day: int, hour: int = 12) -> datetime:
    """The same moment."""
    return datetime.fromisoformat(at(day, hour))


def source(
    address: object,
    storage: Path | None = None,
    *,
    secret: str | None = None,
    **rules: Any,
) -> Source:
    """A source at that address."""
    return Source(
        kind="git",
        address=str(address),
        service_key="shop",
        secret=secret,
        rules=clean_rules(Git.rule_fields, rules).rules,
        storage=storage,
        allow_local=True,
    )


def collected(
    where: Source, cursor: Plain | None = None
) -> tuple[list[Page], list[Event]]:
    """Everything that one reading brings."""
    pages = list(GIT.fetch(where, cursor=cursor or {}, now=NOW))
    payloads = [payload for page in pages for payload in page.payloads]
    return pages, [event for each in payloads for event in GIT.parse(each, where)]


def of(found: list[Event], kind: type[Event]) -> dict[str, Any]:
    """The events of one kind, by id."""
    return {event.id: event for event in found if isinstance(event, kind)}


@pytest.fixture
def shop(repository: Repository) -> Repository:
    """Two commits, a merged branch of two, and a tag at either end."""
    repository.commit("Open the shop", at(1))
    repository.tag("v1.0.0", at(2))
    repository.branch("prices")
    repository.commit("Show prices", at(3))
    repository.commit("Round prices", at(4))
    repository.stand_on("main")
    repository.commit("Paint the door", at(5))
    repository.merge("prices", at(6))
    repository.tag("v1.1.0")
    return repository


@pytest.fixture
def server(shop: Repository) -> Iterator[GitServer]:
    """A real Git server over HTTP, serving the shop's folder."""
    with serving(GitServer(root=shop.path.parent)) as served:
        yield served


# ── what becomes of a history ──────────────────────────────────────────────────────


def test_a_merge_is_a_change_with_the_commits_of_its_branch(
    shop: Repository, tmp_path: Path
) -> None:
    _, found = collected(source(shop.path, tmp_path / "clone"))

    merge = of(found, Change)[shop.git("rev-parse", "v1.1.0")]
    assert merge.commits == (
        shop.git("rev-parse", "prices~1"),
        shop.git("rev-parse", "prices"),
    )
    assert merge.first_commit_at == moment(3)
    assert merge.merged_at == moment(6)
    assert merge.attributes["branch"] == "prices"


def test_a_commit_on_the_branch_itself_is_a_change_of_its_own(
    shop: Repository, tmp_path: Path
) -> None:
    _, found = collected(source(shop.path, tmp_path / "clone"))

    titles = {each.attributes["title"] for each in of(found, Change).values()}
    assert titles == {"Open the shop", "Paint the door", "Merge branch 'prices'"}
    assert len(of(found, Commit)) == 5


def test_tags_are_deployments_at_the_moment_of_the_tag(
    shop: Repository, tmp_path: Path
) -> None:
    _, found = collected(source(shop.path, tmp_path / "clone"))

    deployments = of(found, Deployment)
    assert set(deployments) == {"v1.0.0", "v1.1.0"}
    # An annotated tag has a moment of its own, a plain one that of its commit.
    assert deployments["v1.0.0"].finished_at == moment(2)
    assert deployments["v1.1.0"].finished_at == moment(6)
    assert deployments["v1.0.0"].sha == shop.git("rev-parse", "v1.0.0^{commit}")
    assert {each.environment for each in deployments.values()} == {"production"}


def test_tags_count_by_rule(shop: Repository, tmp_path: Path) -> None:
    for name in ("v1.2.0-rc1", "release/7", "hotfix-release/8", "nightly"):
        shop.tag(name)

    _, usual = collected(source(shop.path, tmp_path / "one"))
    rules: dict[str, Any] = {"tags": ["*release/*", "v*"], "not_tags": []}
    _, other = collected(source(shop.path, tmp_path / "two", **rules))

    assert set(of(usual, Deployment)) == {"v1.0.0", "v1.1.0"}
    deployments = of(other, Deployment)
    assert set(deployments) == {
        "v1.0.0", "v1.1.0", "v1.2.0-rc1", "release/7", "hotfix-release/8",
    }  # fmt: skip
    assert deployments["hotfix-release/8"].attributes["hotfix"] is True


def test_a_revert_says_what_it_reverts(shop: Repository, tmp_path: Path) -> None:
    blamed = shop.git("rev-parse", "prices")
    shop.commit(f'Revert "Round prices"\n\nThis reverts commit {blamed}.', at(7))

    _, found = collected(source(shop.path, tmp_path / "clone"))

    (repair,) = [each for each in of(found, Change).values()
                 if "reverts" in each.attributes]  # fmt: skip
    assert repair.attributes["reverts"] == blamed


def test_another_branch_can_lead_to_production(
    shop: Repository, tmp_path: Path
) -> None:
    _, found = collected(source(shop.path, tmp_path / "clone", branch="prices"))

    titles = {each.attributes["title"] for each in of(found, Change).values()}
    assert titles == {"Open the shop", "Show prices", "Round prices"}


def test_what_was_fetched_follows_a_rule_that_changes(
    shop: Repository, tmp_path: Path
) -> None:
    pages, _ = collected(source(shop.path, tmp_path / "clone"))
    kept = [payload for page in pages for payload in page.payloads]

    def changes(branch: str) -> int:
        where = source(shop.path, branch=branch)
        found = [event for each in kept for event in GIT.parse(each, where)]
        return len(of(found, Change))

    assert changes("") == changes("main") == 3
    assert changes("prices") == 0


def test_a_branch_that_is_not_there_is_refused_with_those_that_are(
    shop: Repository, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="the repository has main, prices"):
        collected(source(shop.path, tmp_path / "clone", branch="trunk"))


def test_a_repository_without_a_default_branch_asks_for_one(
    shop: Repository, tmp_path: Path
) -> None:
    shop.git("symbolic-ref", "HEAD", "refs/heads/nowhere")

    with pytest.raises(Refused, match=r"name it in the rules: main, prices\."):
        collected(source(shop.path, tmp_path / "one"))
    _, found = collected(source(shop.path, tmp_path / "two", branch="main"))

    assert len(of(found, Commit)) == 5


def test_a_work_tree_that_stands_on_a_commit_is_read_from_there(
    shop: Repository, tmp_path: Path
) -> None:
    shop.git("checkout", "--quiet", "--detach", "main~1")

    _, found = collected(source(shop.path, tmp_path / "clone"))

    titles = {each.attributes["title"] for each in of(found, Change).values()}
    assert titles == {"Open the shop", "Paint the door"}


def test_no_person_is_in_payloads_or_events(shop: Repository, tmp_path: Path) -> None:
    shop.commit("Sign\n\nCo-authored-by: Noa Example <noa@example.org>", at(7))
    shop.commit("Ask rui@example.org", at(8))

    pages, found = collected(source(shop.path, tmp_path / "clone"))

    kept = json.dumps([payload.body for page in pages for payload in page.payloads])
    assert "xample" not in kept
    assert "xample" not in repr(found)


def test_odd_messages_are_survived(repository: Repository, tmp_path: Path) -> None:
    repository.git("config", "i18n.commitEncoding", "iso-8859-1")
    message = repository.path / "message"
    message.write_bytes("Größe\n".encode("latin-1") + b"\xff\xfe")
    repository.git(
        "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-F", "message"
    )
    repository.git("commit", "--allow-empty", "--allow-empty-message", "-m", "")

    _, found = collected(source(repository.path, tmp_path / "clone"))

    said = {each.attributes["message"] for each in of(found, Commit).values()}
    assert said == {"Größe", ""}


# ── again and again ────────────────────────────────────────────────────────────────


def test_only_what_is_new_is_read_again(shop: Repository, tmp_path: Path) -> None:
    where = source(shop.path, tmp_path / "clone")
    pages, _ = collected(where)
    shop.commit("Close at night", at(8))
    shop.tag("v1.2.0")

    again, found = collected(where, pages[-1].cursor)
    third, nothing = collected(where, again[-1].cursor)

    assert [each.attributes["title"] for each in of(found, Change).values()] == [
        "Close at night"
    ]
    assert set(of(found, Deployment)) == {"v1.2.0"}
    assert nothing == []
    assert third[-1].cursor == again[-1].cursor


def test_a_branch_merged_later_brings_its_commits(
    shop: Repository, tmp_path: Path
) -> None:
    shop.branch("late", "v1.0.0")
    late = shop.commit("Began long ago", at(2, 13))
    shop.stand_on("main")
    where = source(shop.path, tmp_path / "clone")
    pages, _ = collected(where)
    shop.merge("late", at(9))

    _, found = collected(where, pages[-1].cursor)

    (change,) = of(found, Change).values()
    assert change.commits == (late,)
    assert change.first_commit_at == moment(2, 13)


def test_a_rewritten_history_is_read_as_it_is_now(
    shop: Repository, tmp_path: Path
) -> None:
    where = source(shop.path, tmp_path / "clone")
    pages, _ = collected(where)
    shop.git("tag", "--delete", "v1.1.0")
    left = shop.git("rev-list", "main", "^v1.0.0").split()
    shop.git("reset", "--quiet", "--hard", "v1.0.0")
    shop.commit("Start over", at(10))

    again, found = collected(where, pages[-1].cursor)
    rested, _ = collected(where, again[-1].cursor)

    titles = {each.attributes["title"] for each in of(found, Change).values()}
    assert titles == {"Open the shop", "Start over"}
    gone = [one for page in again for one in page.gone]
    assert sorted(sha for kind, sha in gone if kind == "commit") == sorted(left)
    assert left
    assert [page.gone for page in rested if page.gone] == []


def test_a_deleted_tag_is_forgotten_and_a_moved_one_is_read_again(
    shop: Repository, tmp_path: Path
) -> None:
    where = source(shop.path, tmp_path / "clone")
    pages, _ = collected(where)
    shop.git("tag", "--delete", "v1.0.0")
    shop.git("tag", "--force", "v1.1.0", "main~1")

    again, found = collected(where, pages[-1].cursor)

    assert again[-1].cursor["tags"] == {"v1.1.0": shop.git("rev-parse", "main~1")}
    # That v1.0.0 went out stays true: nothing is said about it.
    assert set(of(found, Deployment)) == {"v1.1.0"}
    assert of(found, Deployment)["v1.1.0"].sha == shop.git("rev-parse", "main~1")


def test_commits_that_only_a_tag_leads_to_are_read(
    shop: Repository, tmp_path: Path
) -> None:
    where = source(shop.path, tmp_path / "clone")
    pages, _ = collected(where)
    shop.branch("maintenance", "v1.0.0")
    fix = shop.commit("Repair the old shop", at(11))
    shop.tag("v1.0.1")
    shop.stand_on("main")

    _, found = collected(where, pages[-1].cursor)

    assert set(of(found, Commit)) == {fix}
    assert of(found, Change) == {}  # it is not on the branch
    assert set(of(found, Deployment)) == {"v1.0.1"}


def test_an_interrupted_reading_goes_on_where_it_stood(
    shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.connectors.git._PAGE", 2)
    where = source(shop.path, tmp_path / "clone")
    whole, _ = collected(where)
    first = list(islice(GIT.fetch(where, cursor={}, now=NOW), 2))

    rest, _ = collected(where, first[-1].cursor)

    def payloads(pages: list[Page]) -> list[Payload]:
        return [payload for page in pages for payload in page.payloads]

    assert payloads([*first, *rest]) == payloads(whole)
    assert rest[-1].cursor == whole[-1].cursor


def test_a_lost_or_damaged_clone_is_made_anew(shop: Repository, tmp_path: Path) -> None:
    where = source(shop.path, tmp_path / "clone")
    pages, _ = collected(where)
    (tmp_path / "clone/repository.git/HEAD").unlink()
    shop.commit("Go on", at(12))

    _, found = collected(where, pages[-1].cursor)

    assert [each.attributes["title"] for each in of(found, Change).values()] == [
        "Go on"
    ]


def test_a_clone_of_another_address_is_not_used(
    shop: Repository, tmp_path: Path
) -> None:
    collected(source(shop.path, tmp_path / "clone"))
    other = Repository(tmp_path / "other")
    sha = other.commit("Elsewhere", at(1))

    _, found = collected(source(other.path, tmp_path / "clone"))

    assert set(of(found, Commit)) == {sha}


def test_an_empty_repository_has_nothing_and_is_no_error(
    repository: Repository, tmp_path: Path
) -> None:
    where = source(repository.path, tmp_path / "clone")

    _, found = collected(where)

    assert found == []
    assert "It is empty" in GIT.test(where, now=NOW)
    assert "no tags" in GIT.preview(where, now=NOW).looked_at


# ── over HTTP ──────────────────────────────────────────────────────────────────────


def test_a_repository_over_http_gives_the_same_as_by_path(
    shop: Repository, server: GitServer, tmp_path: Path
) -> None:
    over_http = source(server.url("work/.git"), tmp_path / "one")
    by_path = source(shop.path, tmp_path / "two")

    first, found = collected(over_http)
    shop.commit("Go on", at(12))
    _, more = collected(over_http, first[-1].cursor)
    _, all_of_it = collected(by_path)

    assert len(more) == 2
    assert sorted(map(repr, found + more)) == sorted(map(repr, all_of_it))


def test_a_credential_opens_a_shut_repository_and_is_nowhere_to_be_seen(
    server: GitServer, tmp_path: Path
) -> None:
    server.account = f"rui:{CANARY}"
    where = source(server.url("work/.git"), tmp_path / "clone", secret=f"rui:{CANARY}")

    pages, found = collected(where)

    assert found
    written = [
        path for path in (tmp_path / "clone").rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]  # fmt: skip
    assert written == []
    assert CANARY not in repr(pages) + "".join(server.asked)


@pytest.mark.parametrize("secret", [None, CANARY, f"rui:{CANARY}"])
def test_a_wrong_or_missing_credential_is_refused_without_showing_it(
    server: GitServer, tmp_path: Path, secret: str | None
) -> None:
    server.account = "rui:another"

    with pytest.raises(Refused, match="did not accept the credential") as refused:
        collected(source(server.url("work/.git"), tmp_path / "clone", secret=secret))

    assert CANARY not in f"{refused.value!r} {refused.value.__cause__!r}"


def test_a_redirect_to_another_host_is_not_followed(
    server: GitServer, tmp_path: Path
) -> None:
    with serving(GitServer(root=server.root)) as elsewhere:
        server.moved_to = elsewhere.address

        with pytest.raises(Refused, match="has moved"):
            collected(source(server.url("work/.git"), tmp_path / "c", secret=CANARY))

        assert elsewhere.asked == []


def test_git_goes_to_the_address_that_was_judged(
    server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only we know this name: Git would not find it by itself.
    resolving(monkeypatch, code_example_org=[["127.0.0.1"]])
    by_name = server.url("work/.git").replace("127.0.0.1", "code.example.org")

    _, found = collected(source(by_name, tmp_path / "clone"))

    assert found


def test_no_repository_at_the_address_is_refused(
    server: GitServer, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="no Git repository at this address"):
        collected(source(server.url("nothing.git"), tmp_path / "clone"))


def test_nobody_at_home_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 cannot be read"):
        collected(source("http://127.0.0.1:9/shop.git", tmp_path / "clone"))


def test_what_takes_too_long_is_unreachable(server: GitServer, tmp_path: Path) -> None:
    hasty = Git(limits=Limits(asking_seconds=0.001))
    where = source(server.url("work/.git"), tmp_path / "clone")

    with pytest.raises(Unreachable, match="did not answer in time"):
        hasty.test(where, now=NOW)


# ── addresses ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Enter the address"),
        ("shop.git", "Enter a whole path"),
        ("../shop", "Enter a whole path"),
        ("--upload-pack=touch /tmp/x", "characters that no repository has"),
        ("https://example.org/a\nb", "characters that no repository has"),
        ("ext::sh -c touch", "Enter a whole path"),
        ("ext://x/y", "start with ext://"),
        ("https:///shop.git", "names no host"),
        ("ssh://-oProxyCommand=x/y", "names no host"),
        ("https://example.org:port/x", "not a URL"),
        (f"https://rui:{CANARY}@example.org/x.git", "Take the password out"),
        ("/nowhere/at/all", "There is no folder"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_with_a_remedy(
    address: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        GIT.test(source(address), now=NOW)

    assert CANARY not in refused.value.sentence


@pytest.mark.parametrize("address", ["path", "file", "http"])
def test_local_addresses_are_refused_unless_allowed(
    shop: Repository, server: GitServer, address: str
) -> None:
    places = {
        "path": str(shop.path),
        "file": shop.path.as_uri(),
        "http": server.url("work/.git"),
    }
    shut = Source(kind="git", address=places[address], service_key="shop")

    with pytest.raises(Refused, match="ALLOW_LOCAL_SOURCES"):
        GIT.test(shut, now=NOW)
    assert server.asked == []


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no Git repository"):
        GIT.test(source(tmp_path), now=NOW)


def test_a_file_url_is_read_like_a_path(shop: Repository, tmp_path: Path) -> None:
    _, found = collected(source(shop.path.as_uri(), tmp_path / "clone"))

    assert len(of(found, Commit)) == 5


def test_ssh_wants_a_whole_private_key(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, example_org=[["127.0.0.1"]])
    where = source("git@example.org:team/shop.git", secret=CANARY)

    with pytest.raises(Refused, match="a private key, whole") as refused:
        GIT.test(where, now=NOW)

    assert CANARY not in refused.value.sentence


# ── test and preview ───────────────────────────────────────────────────────────────


def test_the_test_says_what_was_found(shop: Repository, server: GitServer) -> None:
    sentence = (
        "Found the repository: branch main; branches: 2; tags: 2, counting as"
        " deployments: 2."
    )

    assert GIT.test(source(shop.path), now=NOW) == sentence
    assert GIT.test(source(server.url("work/.git")), now=NOW) == sentence


def test_a_preview_says_why_each_tag_counts_or_not(
    shop: Repository, server: GitServer
) -> None:
    for name in ("v1.10.0", "v1.9.0", "v2.0.0-rc1", "nightly"):
        shop.tag(name)

    preview = GIT.preview(source(server.url("work/.git")), now=NOW)

    assert [each.what for each in preview.counted] == [
        "Tag v1.10.0", "Tag v1.9.0", "Tag v1.1.0", "Tag v1.0.0",
    ]  # fmt: skip
    assert preview.counted[-1].at == moment(2)
    assert {each.what: each.reason for each in preview.left_out} == {
        "Tag v2.0.0-rc1": "the tag is left out by “*-rc*”",
        "Tag nightly": "the tag matches none of v[0-9]*, [0-9]*.[0-9]*",
    }
    assert preview.looked_at.startswith("6 of 6 tags")


# ── payloads that are odd ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sort", "body", "reason"),
    [
        ("tag", {"name": "v1", "sha": None}, "sha: the tag v1 does not point"),
        ("tag", {"sha": "a"}, "name: is missing"),
        ("tag", {"name": "v1", "sha": "a"}, "tagged_at: is missing"),
        ("commit", {"sha": "a", "parents": []}, "committed_at: is missing"),
        ("commit", {"sha": "a", "committed_at": "2026-01-01"}, "committed_at: '2026"),
        ("branch", {}, "sort: 'branch' is not one of"),
    ],
)
def test_what_cannot_be_understood_names_the_field(
    sort: str, body: dict[str, Json], reason: str
) -> None:
    with pytest.raises(Garbled) as garbled:
        list(GIT.parse(Payload(sort=sort, body=body), source("/x")))

    assert garbled.value.reason.startswith(reason)
