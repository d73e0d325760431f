"""
People and groups: who there is, and what membership grants. Each command is journalled.

Proving who one is lives in `engine.commands.sessions`.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine import access
from engine.actors import Actor
from engine.commands import passwords
from engine.errors import AdministratorExists, GroupNotFound, NameTaken, PersonInvalid, PersonNotFound
from engine.history import journal
from engine.identities import Group, Person
from engine.persistence.ids import uuid7
from engine.persistence.tables.identities import api_token, group, membership, person, session
from engine.persistence.transactions import Transaction

ADMINISTRATORS = "system_admin"
LANGUAGES = ("zh-CN", "en")

_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}", re.ASCII)
_GROUP_ID = re.compile(r"[a-z0-9_]+(:[a-z0-9_-]+)*", re.ASCII)
_SUBJECTS = frozenset({"person", "customer", "system", "public"})
_DISPLAY_NAME_MAX = 200
_GROUP_ID_MAX = 100


def create_person(
    tx: Transaction,
    user_name: str,
    display_name: str,
    password: str | None,
    groups: Iterable[str] = (),
    *,
    email: str | None = None,
    language: str = "zh-CN",
    actor: Actor,
    now: datetime,
) -> Person:
    """
    Make a person and put it into its groups.

    Args:
        user_name: 2–64 of `a–z 0–9 . _ @ -`; lower-cased here, so `Li.Wei` and `li.wei` are one.
        password: `None` for a service account that only ever uses tokens.

    Raises:
        NotPermitted: The actor may not administer.
        PersonInvalid: A name, the password or the language is not acceptable.
        NameTaken: Somebody has this user name.
        GroupNotFound: One of the groups does not exist.
    """
    access.require(actor, access.ADMINISTER)
    user_name = _acceptable_user_name(user_name)
    _require_acceptable_texts(display_name, email, language)
    if password is not None:
        passwords.require_acceptable(password, user_name=user_name)
    made = Person(uuid7(now), user_name, display_name.strip(), email, language, is_active=True, created_at=now)
    inserted = tx.execute(
        upsert(person)
        .values(
            id=made.id,
            user_name=made.user_name,
            display_name=made.display_name,
            email=email,
            language=language,
            password_hash=None if password is None else passwords.hashed(password),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["user_name"])
        .returning(person.c.id)
    )
    if inserted.first() is None:
        message = f"The user name {user_name} is taken."
        raise NameTaken(message, name=user_name)
    journal.append(
        tx, "person.created", actor=actor, now=now, payload={"person": str(made.id), "user_name": made.user_name}
    )
    joined = tuple(sorted(set(groups)))
    for group_id in joined:
        add_to_group(tx, made.id, group_id, actor=actor, now=now)
    return Person(made.id, user_name, made.display_name, email, language, True, now, joined)


def create_first_administrator(
    tx: Transaction, user_name: str, display_name: str, password: str, *, actor: Actor, now: datetime
) -> Person:
    """
    Make the first person who may administer; only from the command line, and only once.

    Raises:
        AdministratorExists: An active person may administer already.
    """
    access.require(actor, "*")
    ensure_group(
        tx,
        Group(ADMINISTRATORS, "系统管理员", "system administrator", (access.ADMINISTER, access.CONFIGURE)),
        actor=actor,
        now=now,
    )
    tx.execute(select(group.c.id).where(group.c.id == ADMINISTRATORS).with_for_update())  # two at once: one waits
    administering = (
        select(person.c.id)
        .join(membership, membership.c.person_id == person.c.id)
        .join(group, group.c.id == membership.c.group_id)
        .where(person.c.is_active, literal(access.ADMINISTER) == func.any(group.c.permissions))
        .limit(1)
    )
    if tx.execute(administering).first() is not None:
        message = "There is an administrator already."
        raise AdministratorExists(message)
    return create_person(tx, user_name, display_name, password, (ADMINISTRATORS,), actor=actor, now=now)


def set_password(
    tx: Transaction, person_id: UUID, password: str, *, current: str | None = None, actor: Actor, now: datetime
) -> None:
    """
    Give a person a new password and end all of its sessions.

    Args:
        current: The password so far. One's own is changed by who knows it, not by who found a browser signed in.

    Raises:
        NotPermitted: Somebody else's, and the actor may not administer.
        PersonNotFound: No such person.
        PersonInvalid: The password is not acceptable, or `current` is not the one so far.
    """
    is_own = actor.subject == f"person:{person_id}"
    if not is_own:
        access.require(actor, access.ADMINISTER)
    row = _locked(tx, person_id)
    if is_own and not passwords.is_right(current or "", row.password_hash):
        raise _wrong("/current_password", "This is not your password so far.")
    passwords.require_acceptable(password, user_name=row.user_name)
    tx.execute(update(person).where(person.c.id == person_id).values(password_hash=passwords.hashed(password)))
    tx.execute(delete(session).where(session.c.person_id == person_id))
    journal.append(tx, "person.password_set", actor=actor, now=now, payload={"person": str(person_id)})


def deactivate_person(tx: Transaction, person_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Shut a person out: no sign-in, sessions and tokens ended. What it did stays. Doing it twice changes nothing.

    Raises:
        NotPermitted: The actor may not administer.
        PersonNotFound: No such person.
    """
    access.require(actor, access.ADMINISTER)
    if not _locked(tx, person_id).is_active:
        return
    tx.execute(update(person).where(person.c.id == person_id).values(is_active=False))
    tx.execute(delete(session).where(session.c.person_id == person_id))
    unrevoked = (api_token.c.person_id == person_id) & api_token.c.revoked_at.is_(None)
    tx.execute(update(api_token).where(unrevoked).values(revoked_at=now))
    journal.append(tx, "person.deactivated", actor=actor, now=now, payload={"person": str(person_id)})


def create_group(
    tx: Transaction,
    group_id: str,
    name_zh: str,
    name_en: str,
    permissions: Iterable[str] = (),
    *,
    actor: Actor,
    now: datetime,
) -> Group:
    """
    Make a group.

    Raises:
        NotPermitted: The actor may not administer.
        PersonInvalid: The id, a name or a permission is not acceptable.
        NameTaken: There is a group with this id.
    """
    made = Group(group_id, name_zh.strip(), name_en.strip(), tuple(sorted(set(permissions))))
    if not ensure_group(tx, made, actor=actor, now=now):
        message = f"The group {group_id} exists."
        raise NameTaken(message, name=group_id)
    return made


def ensure_group(tx: Transaction, wanted: Group, *, actor: Actor, now: datetime) -> bool:
    """Make the group unless there is one with its id, which is left alone. Whether it was made."""
    access.require(actor, access.ADMINISTER)
    _require_acceptable_group(wanted)
    inserted = tx.execute(
        upsert(group)
        .values(
            id=wanted.id,
            name_zh=wanted.name_zh,
            name_en=wanted.name_en,
            permissions=list(wanted.permissions),
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(group.c.id)
    )
    if inserted.first() is None:
        return False
    granted = {"group": wanted.id, "permissions": list(wanted.permissions)}
    journal.append(tx, "group.created", actor=actor, now=now, payload=granted)
    return True


def regrant_group(
    tx: Transaction, group_id: str, old: Sequence[str], new: Sequence[str], *, actor: Actor, now: datetime
) -> bool:
    """Give a group other permissions, but only if it has exactly the old ones. Whether it had."""
    access.require(actor, access.ADMINISTER)
    changed = tx.execute(
        update(group)
        .where(group.c.id == group_id, group.c.permissions == list(old))
        .values(permissions=list(new))
        .returning(group.c.id)
    )
    if changed.first() is None:
        return False
    payload = {"group": group_id, "permissions": {"old": list(old), "new": list(new)}}
    journal.append(tx, "group.regranted", actor=actor, now=now, payload=payload)
    return True


def add_to_group(tx: Transaction, person_id: UUID, group_id: str, *, actor: Actor, now: datetime) -> None:
    """
    Make a person a member; a member stays one.

    Raises:
        NotPermitted: The actor may not administer.
        PersonNotFound: No such person.
        GroupNotFound: No such group.
    """
    access.require(actor, access.ADMINISTER)
    _locked(tx, person_id)
    _require_group(tx, group_id)
    inserted = tx.execute(
        upsert(membership)
        .values(person_id=person_id, group_id=group_id, since=now)
        .on_conflict_do_nothing()
        .returning(membership.c.group_id)
    )
    if inserted.first() is not None:
        joined = {"person": str(person_id), "group": group_id}
        journal.append(tx, "membership.added", actor=actor, now=now, payload=joined)


def remove_from_group(tx: Transaction, person_id: UUID, group_id: str, *, actor: Actor, now: datetime) -> None:
    """
    End a membership; open sessions lose it with their next request. Who is no member stays none.

    Raises:
        NotPermitted: The actor may not administer.
        PersonNotFound: No such person.
        GroupNotFound: No such group.
    """
    access.require(actor, access.ADMINISTER)
    _locked(tx, person_id)
    _require_group(tx, group_id)
    here = (membership.c.person_id == person_id) & (membership.c.group_id == group_id)
    if tx.execute(delete(membership).where(here)).rowcount:
        left = {"person": str(person_id), "group": group_id}
        journal.append(tx, "membership.removed", actor=actor, now=now, payload=left)


def set_language(tx: Transaction, person_id: UUID, language: str, *, actor: Actor, now: datetime) -> None:
    """
    Choose in which language a person is written to.

    Raises:
        NotPermitted: Somebody else's, and the actor may not administer.
        PersonNotFound: No such person.
        PersonInvalid: There is no such language here.
    """
    if actor.subject != f"person:{person_id}":
        access.require(actor, access.ADMINISTER)
    if language not in LANGUAGES:
        raise _wrong("/language", f"The languages are {' and '.join(LANGUAGES)}.")
    _locked(tx, person_id)
    tx.execute(update(person).where(person.c.id == person_id).values(language=language))
    payload = {"person": str(person_id), "language": language}
    journal.append(tx, "person.language_changed", actor=actor, now=now, payload=payload)


@dataclass(frozen=True, slots=True)
class _Locked:
    user_name: str
    password_hash: str | None
    is_active: bool


def _locked(tx: Transaction, person_id: UUID) -> _Locked:
    found = tx.execute(
        select(person.c.user_name, person.c.password_hash, person.c.is_active)
        .where(person.c.id == person_id)
        .with_for_update()
    ).first()
    if found is None:
        message = f"Person {person_id} does not exist."
        raise PersonNotFound(message)
    return _Locked(found.user_name, found.password_hash, found.is_active)


def _require_group(tx: Transaction, group_id: str) -> None:
    if tx.execute(select(group.c.id).where(group.c.id == group_id)).first() is None:
        message = f"There is no group {group_id!r:.120}."
        raise GroupNotFound(message)


def _acceptable_user_name(user_name: str) -> str:
    plain = unicodedata.normalize("NFKC", user_name).strip().lower()
    if not _USER_NAME.fullmatch(plain):
        raise _wrong("/user_name", "A user name has 2 to 64 of a–z, 0–9, '.', '_', '@' and '-'.")
    return plain


def _require_acceptable_texts(display_name: str, email: str | None, language: str) -> None:
    if not 1 <= len(display_name.strip()) <= _DISPLAY_NAME_MAX:
        raise _wrong("/display_name", f"A display name has 1 to {_DISPLAY_NAME_MAX} characters.")
    if email is not None and not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}", email):
        raise _wrong("/email", "This is no e-mail address.")
    if language not in LANGUAGES:
        raise _wrong("/language", f"The languages are {' and '.join(LANGUAGES)}.")


def _require_acceptable_group(wanted: Group) -> None:
    if wanted.id.partition(":")[0] in _SUBJECTS:
        raise _wrong("/id", "A group cannot be called like a person or a customer: its members would pass for him.")
    if len(wanted.id) > _GROUP_ID_MAX or not _GROUP_ID.fullmatch(wanted.id):
        raise _wrong("/id", "A group id is lower-case letters, digits and '_', in parts separated by ':'.")
    for pointer, name in (("/name_zh", wanted.name_zh), ("/name_en", wanted.name_en)):
        if not 1 <= len(name) <= _DISPLAY_NAME_MAX:
            raise _wrong(pointer, f"A name has 1 to {_DISPLAY_NAME_MAX} characters.")
    unknown = sorted(set(wanted.permissions) - set(access.PERMISSIONS))
    if unknown:
        raise _wrong("/permissions", f"There is no permission {unknown[0]!r:.60}.")


def _wrong(pointer: str, message: str) -> PersonInvalid:
    return PersonInvalid(message, errors=[{"pointer": pointer, "message": message}])
