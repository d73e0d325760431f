"""People, groups, sessions and tokens, on the real database."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection, func, select

from engine import actors
from engine.actors import Actor
from engine.commands import identities, sessions
from engine.errors import (
    AdministratorExists,
    CredentialsWrong,
    GroupNotFound,
    LockedOut,
    NameTaken,
    NotPermitted,
    PersonInvalid,
    PersonNotFound,
    TokenNotFound,
)
from engine.identities import Person
from engine.persistence.tables.identities import api_token, group, membership, person, session
from engine.persistence.tables.journal import journal
from engine.queries.identities import authenticate, find_person, list_people

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
SYSTEM = actors.system("tests")
NOBODY = Actor("person:" + str(uuid4()))
PUBLIC = Actor("public")


def make(tx: Connection, user_name: str = "li.wei", groups: tuple[str, ...] = ()) -> Person:
    for group_id in groups:
        tx.execute(
            group.insert().values(
                id=group_id, name_zh=group_id, name_en=group_id, permissions=["start"], created_at=NOW
            )
        )
    return identities.create_person(tx, user_name, "李伟", PASSWORD, groups, actor=SYSTEM, now=NOW)


def counted(tx: Connection) -> Mapping[str, int]:
    tables = (person, group, membership, session, api_token, journal)
    return {table.name: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def types(tx: Connection) -> list[str]:
    return list(tx.execute(select(journal.c.type).order_by(journal.c.id)).scalars())


def test_a_created_person_is_in_its_groups_and_the_journal_tells_it_without_the_password(tx: Connection) -> None:
    made = make(tx, groups=("customer_service", "supervisor"))

    found = find_person(tx, made.id, actor=SYSTEM)

    assert found.groups == ("customer_service", "supervisor")
    assert types(tx) == ["person.created", "membership.added", "membership.added"]
    stored = tx.execute(select(person.c.password_hash)).scalar_one()
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in str(tx.execute(select(journal.c.payload)).all())


@pytest.mark.parametrize(
    ("user_name", "display_name", "password", "pointer"),
    [
        ("x", "李伟", PASSWORD, "/user_name"),
        ("li wei", "李伟", PASSWORD, "/user_name"),
        ("li\x00wei", "李伟", PASSWORD, "/user_name"),
        ("li.wei", "  ", PASSWORD, "/display_name"),
        ("li.wei", "李" * 201, PASSWORD, "/display_name"),
        ("li.wei", "李伟", "short", "/password"),
        ("li.wei", "李伟", "my name is Li.Wei!", "/password"),
        ("li.wei", "李伟", "aaaaaaaaaaaaaaaa", "/password"),
        ("li.wei", "李伟", "p" * 300, "/password"),
    ],
)
def test_an_unacceptable_person_is_refused_with_the_field_and_nothing_is_written(
    tx: Connection, user_name: str, display_name: str, password: str, pointer: str
) -> None:
    before = counted(tx)

    with pytest.raises(PersonInvalid) as refused:
        identities.create_person(tx, user_name, display_name, password, actor=SYSTEM, now=NOW)

    assert [error["pointer"] for error in refused.value.facts["errors"]] == [pointer]  # type: ignore[attr-defined]
    assert counted(tx) == before


def test_a_taken_user_name_is_refused_whatever_its_case_and_nothing_is_written(tx: Connection) -> None:
    make(tx, "li.wei")
    before = counted(tx)

    with pytest.raises(NameTaken):
        identities.create_person(tx, "Li.Wei", "另一个", PASSWORD, actor=SYSTEM, now=NOW)

    assert counted(tx) == before


def test_who_may_not_administer_changes_nobody(tx: Connection) -> None:
    made = make(tx, groups=("supervisor",))
    before = counted(tx)

    for refused in (
        lambda: identities.create_person(tx, "wang", "王", PASSWORD, actor=NOBODY, now=NOW),
        lambda: identities.set_password(tx, made.id, "another long one", actor=NOBODY, now=NOW),
        lambda: identities.deactivate_person(tx, made.id, actor=NOBODY, now=NOW),
        lambda: identities.create_group(tx, "finance", "财务", "finance", actor=NOBODY, now=NOW),
        lambda: identities.add_to_group(tx, made.id, "supervisor", actor=NOBODY, now=NOW),
        lambda: identities.remove_from_group(tx, made.id, "supervisor", actor=NOBODY, now=NOW),
        lambda: sessions.create_token(tx, made.id, "mine now", actor=NOBODY, now=NOW),
        lambda: list_people(tx, actor=NOBODY),
    ):
        with pytest.raises(NotPermitted):
            refused()

    assert counted(tx) == before


def test_a_membership_begins_and_ends_and_repeating_either_adds_nothing(tx: Connection) -> None:
    made = make(tx)
    identities.create_group(tx, "dept:finance:lead", "财务负责人", "finance lead", ("start",), actor=SYSTEM, now=NOW)

    for _ in range(2):
        identities.add_to_group(tx, made.id, "dept:finance:lead", actor=SYSTEM, now=NOW)
    for _ in range(2):
        identities.remove_from_group(tx, made.id, "dept:finance:lead", actor=SYSTEM, now=NOW)

    assert types(tx) == ["person.created", "group.created", "membership.added", "membership.removed"]
    assert find_person(tx, made.id, actor=SYSTEM).groups == ()


def test_an_unknown_person_group_or_permission_is_refused(tx: Connection) -> None:
    made = make(tx)
    before = counted(tx)

    with pytest.raises(PersonNotFound):
        identities.add_to_group(tx, uuid4(), "supervisor", actor=SYSTEM, now=NOW)
    with pytest.raises(GroupNotFound):
        identities.add_to_group(tx, made.id, "no_such_group", actor=SYSTEM, now=NOW)
    with pytest.raises(PersonInvalid):
        identities.create_group(tx, "finance", "财务", "finance", ("everything",), actor=SYSTEM, now=NOW)

    assert counted(tx) == before


@pytest.mark.parametrize(
    "group_id", ["customer:00000000-0000-7000-8000-000000000001", "person:1", "system:inbox", "public"]
)
def test_a_group_cannot_pass_for_a_person_or_a_customer(tx: Connection, group_id: str) -> None:
    before = counted(tx)

    with pytest.raises(PersonInvalid):
        identities.create_group(tx, group_id, "冒名", "in disguise", actor=SYSTEM, now=NOW)

    assert counted(tx) == before


def test_the_first_administrator_is_made_once(tx: Connection) -> None:
    first = identities.create_first_administrator(tx, "root.admin", "管理员", PASSWORD, actor=SYSTEM, now=NOW)
    before = counted(tx)

    with pytest.raises(AdministratorExists):
        identities.create_first_administrator(tx, "second", "管理员", PASSWORD, actor=SYSTEM, now=NOW)

    assert counted(tx) == before
    assert find_person(tx, first.id, actor=SYSTEM).groups == ("system_admin",)


def test_a_session_says_who_asks_with_groups_and_permissions_of_this_moment(tx: Connection) -> None:
    made = make(tx, groups=("supervisor",))
    opened = sessions.sign_in(tx, " LI.wei ", PASSWORD, actor=PUBLIC, now=NOW).opened
    assert opened is not None

    before = authenticate(tx, opened.token, now=NOW)
    identities.remove_from_group(tx, made.id, "supervisor", actor=SYSTEM, now=NOW)
    after = authenticate(tx, opened.token, now=NOW)

    assert before is not None
    assert after is not None
    assert before.actor == Actor(made.subject, groups=frozenset({"supervisor"}), permissions=frozenset({"start"}))
    assert before.csrf_token == opened.csrf_token
    assert after.actor == Actor(made.subject)


def test_a_session_ends_by_time_by_signing_out_by_a_new_password_and_with_the_person(tx: Connection) -> None:
    made = make(tx)
    tokens = []
    for _ in range(3):
        opened = sessions.sign_in(tx, "li.wei", PASSWORD, actor=PUBLIC, now=NOW).opened
        assert opened is not None
        tokens.append(opened.token)

    late = authenticate(tx, tokens[0], now=NOW + sessions.SESSION_LIFETIME)
    sessions.sign_out(tx, tokens[0], actor=Actor(made.subject), now=NOW)
    signed_out = authenticate(tx, tokens[0], now=NOW)
    identities.set_password(tx, made.id, "another good one", current=PASSWORD, actor=Actor(made.subject), now=NOW)
    new_password = authenticate(tx, tokens[1], now=NOW)
    again = sessions.sign_in(tx, "li.wei", "another good one", actor=PUBLIC, now=NOW).opened
    assert again is not None
    identities.deactivate_person(tx, made.id, actor=SYSTEM, now=NOW)
    deactivated = authenticate(tx, again.token, now=NOW)

    assert (late, signed_out, new_password, deactivated) == (None, None, None, None)
    refused = sessions.sign_in(tx, "li.wei", "another good one", actor=PUBLIC, now=NOW).refusal
    assert isinstance(refused, CredentialsWrong)


def test_a_session_that_nobody_uses_ends_before_its_time_and_one_in_use_is_written_now_and_then(tx: Connection) -> None:
    make(tx)
    idle, minute = timedelta(minutes=100), timedelta(minutes=1)
    opened = sessions.sign_in(tx, "li.wei", PASSWORD, idle=idle, actor=PUBLIC, now=NOW).opened
    assert opened is not None

    def used_at(now: datetime) -> datetime | None:
        """Use the session as a request does; until when it lasts then."""
        identity = authenticate(tx, opened.token, now=now)
        if identity is not None and identity.idle_at is not None:
            sessions.keep_session(tx, opened.token, identity.idle_at, idle=idle, now=now)
        found = authenticate(tx, opened.token, now=now)
        return None if found is None else found.idle_at

    lasts = [used_at(NOW + after * minute) for after in (0, 9, 10, 109, 209)]
    late = used_at(NOW + sessions.SESSION_LIFETIME - minute)

    assert lasts == [NOW + until * minute for until in (100, 100, 110, 209)] + [None]
    assert late is None
    assert types(tx).count("session.opened") == 1


def test_use_never_makes_a_session_last_longer_than_its_lifetime(tx: Connection) -> None:
    make(tx)
    idle, begun = sessions.SESSION_LIFETIME, NOW + timedelta(hours=6)
    opened = sessions.sign_in(tx, "li.wei", PASSWORD, idle=idle, actor=PUBLIC, now=NOW).opened
    assert opened is not None

    sessions.keep_session(tx, opened.token, NOW + timedelta(hours=1), idle=idle, now=begun)

    identity = authenticate(tx, opened.token, now=begun)
    assert identity is not None
    assert identity.idle_at == opened.expires_at
    assert authenticate(tx, opened.token, now=opened.expires_at) is None


@pytest.mark.parametrize("current", [None, "", "not the one so far"])
def test_ones_own_password_is_changed_by_who_knows_it_only(tx: Connection, current: str | None) -> None:
    made = make(tx)
    before = counted(tx)

    with pytest.raises(PersonInvalid):
        identities.set_password(tx, made.id, "another good one", current=current, actor=Actor(made.subject), now=NOW)

    assert counted(tx) == before
    assert sessions.sign_in(tx, "li.wei", PASSWORD, actor=PUBLIC, now=NOW).opened is not None


@pytest.mark.parametrize("user_name", ["li.wei", "nobody.has.this"])
def test_five_failures_lock_a_name_for_growing_time_whether_or_not_somebody_has_it(
    tx: Connection, user_name: str
) -> None:
    make(tx)

    wrong = [sessions.sign_in(tx, user_name, "wrong password", actor=PUBLIC, now=NOW).refusal for _ in range(5)]
    locked = sessions.sign_in(tx, user_name, PASSWORD, actor=PUBLIC, now=NOW + timedelta(seconds=59)).refusal
    once_more = sessions.sign_in(tx, user_name, "wrong again", actor=PUBLIC, now=NOW + timedelta(minutes=1)).refusal
    longer = sessions.sign_in(tx, user_name, PASSWORD, actor=PUBLIC, now=NOW + timedelta(minutes=2)).refusal

    assert [type(refusal) for refusal in wrong] == [CredentialsWrong] * 5
    assert isinstance(locked, LockedOut)
    assert isinstance(once_more, CredentialsWrong)
    assert isinstance(longer, LockedOut)
    assert longer.facts["retry_after_s"] == 61
    assert types(tx).count("session.refused") == 8
    assert user_name not in str(tx.execute(select(journal.c.payload).where(journal.c.type == "session.refused")).all())


def test_the_right_password_after_the_lock_opens_a_session_and_forgets_the_failures(tx: Connection) -> None:
    make(tx)
    for _ in range(5):
        sessions.sign_in(tx, "li.wei", "wrong password", actor=PUBLIC, now=NOW)

    opened = sessions.sign_in(tx, "li.wei", PASSWORD, actor=PUBLIC, now=NOW + timedelta(minutes=1)).opened
    next_wrong = sessions.sign_in(tx, "li.wei", "wrong", actor=PUBLIC, now=NOW + timedelta(minutes=2)).refusal
    right = sessions.sign_in(tx, "li.wei", PASSWORD, actor=PUBLIC, now=NOW + timedelta(minutes=2)).opened

    assert opened is not None
    assert isinstance(next_wrong, CredentialsWrong)
    assert right is not None


def test_a_person_without_a_password_cannot_sign_in_but_uses_a_token(tx: Connection) -> None:
    made = identities.create_person(tx, "robot", "集成", None, actor=SYSTEM, now=NOW)

    refusal = sessions.sign_in(tx, "robot", "", actor=PUBLIC, now=NOW).refusal
    token = sessions.create_token(tx, made.id, "crm", actor=SYSTEM, now=NOW)
    identity = authenticate(tx, token.token, now=NOW + timedelta(days=1000))

    assert isinstance(refusal, CredentialsWrong)
    assert identity is not None
    assert identity.actor.subject == made.subject
    assert identity.csrf_token is None


def test_a_token_ends_by_time_and_by_revoking_and_is_stored_as_a_hash_only(tx: Connection) -> None:
    made = make(tx)
    me = Actor(made.subject)
    short = sessions.create_token(tx, made.id, "short", lifetime=timedelta(hours=1), actor=me, now=NOW)
    long = sessions.create_token(tx, made.id, "long", actor=me, now=NOW)

    expired = authenticate(tx, short.token, now=NOW + timedelta(hours=1))
    for _ in range(2):
        sessions.revoke_token(tx, long.id, actor=me, now=NOW)
    revoked = authenticate(tx, long.token, now=NOW)

    assert (expired, revoked) == (None, None)
    assert types(tx) == ["person.created", "token.created", "token.created", "token.revoked"]
    assert long.token.encode() not in b"".join(tx.execute(select(api_token.c.token_hash)).scalars())
    assert long.token not in str(tx.execute(select(journal.c.payload)).all())


def test_revoking_somebody_elses_token_is_as_if_it_did_not_exist(tx: Connection) -> None:
    made = make(tx)
    token = sessions.create_token(tx, made.id, "mine", actor=Actor(made.subject), now=NOW)
    before = counted(tx)

    with pytest.raises(TokenNotFound):
        sessions.revoke_token(tx, token.id, actor=NOBODY, now=NOW)

    assert counted(tx) == before
    assert authenticate(tx, token.token, now=NOW) is not None


def test_one_may_read_oneself_and_nobody_else_exists(tx: Connection) -> None:
    made = make(tx)

    found = find_person(tx, made.id, actor=Actor(made.subject))

    assert found.user_name == "li.wei"
    with pytest.raises(PersonNotFound):
        find_person(tx, made.id, actor=NOBODY)
