"""One builder at a time, on whatever machine: a lock that the engine itself keeps.

In: an engine and the name of an index. Out: a span of time in which nobody else builds it. The lock is a collection:
creating one either succeeds or finds it there, so the engine decides between two who come at once. A lock whose owner
died on this machine, or that another machine took more than a day ago, is taken over. Knows nothing about generations.
"""

from __future__ import annotations

import os
import platform
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from embeddings.errors import BrokenIndexError, ConfigError
from embeddings.milvus.engine import Engine

_LEASE = 24 * 3600  # seconds after which a lock of another machine is held by nobody
_SESSION = uuid.uuid4().hex[:8]  # tells this process from an earlier one with the same number


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock. Written as the name of a field: the one thing that every engine keeps, and compares."""

    host: str
    process: int
    since: int  # seconds of the epoch
    session: str
    ticket: str = ""  # one lock of this session

    @classmethod
    def me(cls) -> Owner:
        return cls(platform.node()[:60], os.getpid(), int(time.time()), _SESSION, uuid.uuid4().hex[:8])

    @property
    def field(self) -> str:
        return (
            "by_" + "|".join(map(str, (self.process, self.since, self.session, self.ticket, self.host))).encode().hex()
        )

    @classmethod
    def of(cls, field: str) -> Owner:
        """Read back.

        >>> Owner.of(Owner("newsroom", 7, 1700000000, "a", "b").field)
        Owner(host='newsroom', process=7, since=1700000000, session='a', ticket='b')
        """
        process, since, session, ticket, host = bytes.fromhex(field.removeprefix("by_")).decode().split("|", 4)
        return cls(host, int(process), int(since), session, ticket)

    def abandoned(self) -> bool:
        """Whether this builder is surely not at work any more."""
        if self.host != platform.node()[:60]:
            return time.time() - self.since > _LEASE
        return self.session != _SESSION if self.process == os.getpid() else not _alive(self.process)


@contextmanager
def locked(engine: Engine, index: str) -> Iterator[None]:
    """Keep every other builder out.

    Raises:
        BrokenIndexError: another build is at work.
    """
    name, me = f"{index}_lock", Owner.me()
    owner = _owner(engine, name)
    if owner and owner.abandoned():
        engine.call("drop_collection", name)
        owner = None
    if not owner:
        _take(engine, name, me)
        owner = _owner(engine, name)
    if owner != me:
        raise BrokenIndexError(
            f"{engine.uri}: another build is at work on {index}{_by(owner, name)}",
            chinese=f"另一个建索引的程序正在写 {engine.uri} 的 {index}{_by(owner, name)}；请等它完成",
        )
    try:
        yield
    finally:
        engine.call("drop_collection", name)


def _by(owner: Owner | None, name: str) -> str:
    if owner is None:
        return "; wait for it to end"
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(owner.since))
    return (
        f" (process {owner.process} on {owner.host}, since {since}); wait for it to end, or, if that machine is gone, "
        f"drop the collection {name}"
    )


def _take(engine: Engine, name: str, me: Owner) -> None:
    """Create the lock; where another was faster, it is there afterwards all the same, with the other's name."""
    from pymilvus import DataType

    schema = engine.tool("create_schema", auto_id=False)
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field(me.field, DataType.FLOAT_VECTOR, dim=2)
    try:
        engine.call("create_collection", name, schema=schema)
    except BrokenIndexError:
        if name not in engine.call("list_collections"):
            raise


def _owner(engine: Engine, name: str) -> Owner | None:
    """Who holds a lock, if anybody does."""
    if name not in engine.call("list_collections"):
        return None
    fields = [field["name"] for field in engine.call("describe_collection", name)["fields"]]
    try:
        return Owner.of(next(field for field in fields if field.startswith("by_")))
    except (StopIteration, ValueError):
        raise ConfigError(
            f"{engine.uri}: {name} is no lock of ours; give store.collection another name",
            chinese=f"{engine.uri} 里的 {name} 不是问报的锁；请给 store.collection 换个名字",
        ) from None


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's
    return True
