"""A connection to Milvus: every call has a time limit, and every fault is one line with its remedy.

A URI without "://" is a file of the embedded engine (milvus-lite), which one process at a time may open.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from embeddings.errors import BrokenIndexError, ConfigError, WenbaoError
from embeddings.settings import StoreSettings

Fields = list[tuple[str, Any, dict[str, Any]]]  # (name, type, options)

_CONNECT = 10.0  # seconds
_QUICK = 20.0  # a question, a look at one collection
_EMBEDDED = 120.0  # the same, of the embedded engine, which builds its word index at the first question
_SLOW = 600.0  # writing to disk, loading, building vector indexes
_PACKAGE = 'pip install "wenbao[milvus]"'


class UnreachableError(BrokenIndexError):
    """The engine does not answer, or refuses; what it holds may be in order."""


class Engine:
    """One client, safe for any number of threads."""

    def __init__(self, client: Any, uri: str) -> None:
        self._client, self.uri = client, uri
        self.patience = _QUICK if "://" in uri else _EMBEDDED  # seconds

    @classmethod
    def connect(cls, settings: StoreSettings) -> Engine:
        """Open a connection.

        Raises:
            ConfigError: pymilvus is missing, there is no such URI, or the token's variable is not set.
            UnreachableError: nobody answers there, or the credentials are refused.
        """
        client_of = _client_class(settings.uri)
        token = _token(settings)
        with _watched(settings.uri, "connect"):
            return cls(client_of(uri=settings.uri, token=token, timeout=_CONNECT), settings.uri)

    def close(self) -> None:
        self._client.close()

    def call(self, method: str, *values: Any, slow: bool = False, **named: Any) -> Any:
        """Call a method of pymilvus' MilvusClient, for at most `patience` seconds, or ten minutes if it may be slow."""
        with _watched(self.uri, method):
            return getattr(self._client, method)(*values, timeout=_SLOW if slow else self.patience, **named)

    def create(
        self,
        name: str,
        fields: Fields,
        indexes: dict[str, dict[str, Any]],
        functions: Iterable[Any] = (),
    ) -> None:
        """Create a collection, ready to be written and read. `fields` are (name, type, options)."""
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        for field, kind, options in fields:
            schema.add_field(field, kind, **options)
        for function in functions:
            schema.add_function(function)
        parameters = self._client.prepare_index_params()
        for field, options in indexes.items():
            parameters.add_index(field_name=field, **options)
        self.call("create_collection", name, schema=schema, consistency_level="Bounded")
        self.call("create_index", name, parameters, sync=False)  # nothing to wait for in an empty collection
        self.call("load_collection", name)

    def pages(self, collection: str, fields: list[str], size: int) -> Iterator[list[Any]]:
        """Every row of a collection, `size` at a time."""
        named: dict[str, Any] = {"filter": "key >= 0", "output_fields": fields, "consistency_level": "Strong"}
        pages: Any = self.call("query_iterator", collection, batch_size=size, slow=True, **named)
        try:
            while True:
                with _watched(self.uri, "query"):
                    page = pages.next()
                if not page:
                    return
                yield list(page)
        finally:
            pages.close()

    def settle(self, collection: str) -> None:
        """Write a collection to disk, and wait until all of it is indexed."""
        self.call("flush", collection, slow=True)
        least, since = self._pending(collection), time.monotonic()
        while least:
            time.sleep(1)
            if (pending := self._pending(collection)) < least:
                least, since = pending, time.monotonic()
            elif time.monotonic() - since > _SLOW:
                raise UnreachableError(
                    f"{self.uri}: indexing {collection} has stood still for {_SLOW:.0f} s at {pending} rows; "
                    "see the log of Milvus, then run: wenbao build",
                    chinese=f"{self.uri}：{collection} 的索引停了 {_SLOW:.0f} 秒，还剩 {pending} 行；"
                    "请看 Milvus 的日志，再运行 wenbao build",
                )

    def _pending(self, collection: str) -> int:
        """Rows that wait for their index."""
        names = self.call("list_indexes", collection)
        states = [self.call("describe_index", collection, index_name=name) or {} for name in names]
        return max((int(state.get("pending_index_rows", 0)) for state in states), default=0)


def _client_class(uri: str) -> Any:
    if not uri:
        raise ConfigError(
            "store.uri is empty; give a server (http://milvus:19530) or a file (index/wenbao.db)",
            chinese="store.uri 是空的；请写服务器（http://milvus:19530）或文件（index/wenbao.db）",
        )
    if "://" not in uri and not uri.endswith(".db"):
        raise ConfigError(
            f"store.uri: {uri!r} is neither a server (http://milvus:19530) nor a file that ends in .db",
            chinese=f"store.uri 写的 {uri} 不是服务器（http://milvus:19530），也不是 .db 文件；请改成其中一种",
        )
    try:
        from pymilvus import MilvusClient

        if "://" not in uri:
            import milvus_lite  # noqa: F401
    except ImportError as error:
        raise ConfigError(
            f"store.kind is milvus, but {error.name} is not installed; run: {_PACKAGE}",
            chinese=f"store.kind 是 milvus，可是没有装 {error.name}；请运行 {_PACKAGE}",
        ) from None
    for name in ("pymilvus", "milvus_lite"):  # their tracebacks; what went wrong is raised as one line
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return MilvusClient


def _token(settings: StoreSettings) -> str:
    if not settings.token_env:
        return ""
    if token := os.environ.get(settings.token_env):
        return token
    raise ConfigError(
        f"store.token_env: the environment variable {settings.token_env} is not set; export it, or leave the key empty",
        chinese=f"store.token_env：没有环境变量 {settings.token_env}；请设好它，或让这一项空着",
    )


@contextmanager
def _watched(uri: str, doing: str) -> Iterator[None]:
    """What goes wrong inside pymilvus becomes one line."""
    try:
        yield
    except WenbaoError:
        raise
    except Exception as error:  # pymilvus raises its own, gRPC's and ValueError, by the version
        raise _explain(uri, doing, error) from None


def _chain(error: BaseException) -> list[BaseException]:
    """An error and those that it arose from; pymilvus lets some arise from themselves."""
    found: list[BaseException] = []
    below: BaseException | None = error
    while below is not None and below not in found:
        found.append(below)
        below = below.__cause__ or below.__context__
    return found


def _explain(uri: str, doing: str, error: Exception) -> WenbaoError:
    code = str(getattr(error, "code", ""))
    reason = " ".join(str(getattr(error, "message", "") or error).split())[:200] or type(error).__name__
    plain = " ".join([code, *map(str, _chain(error))]).lower()  # pymilvus hides what gRPC said
    if type(error).__name__ == "ConnectionConfigException" and "illegal" in plain:
        return ConfigError(
            f"store.uri: {uri!r} is no address of a server; write http://host:19530",
            chinese=f"store.uri 写的 {uri} 不是服务器地址；请写成 http://主机:19530",
        )
    if any(sign in plain for sign in ("unauthenticated", "auth check", "password", "permission", "privilege")):
        return UnreachableError(
            f"{uri}: Milvus refuses the credentials ({reason}); check store.token_env and the rights of that user",
            chinese=f"{uri}：Milvus 不认这个口令（{reason}）；请核对 store.token_env 和那个用户的权限",
        )
    if "open local milvus failed" in plain:
        return UnreachableError(
            f"{uri}: cannot be opened; is its folder there, or does another process hold it? "
            "Milvus Lite serves one process: stop the other, or name a server",
            chinese=f"{uri} 打不开，文件夹不在，或别的程序正用着；Milvus Lite 只供一个程序用：停掉另一个，或改用服务器",
        )
    if "collection" in plain and ("not found" in plain or "does not exist" in plain or "not exist" in plain):
        return BrokenIndexError(
            f"{uri}: a collection of the index is missing ({reason}); run: wenbao build --full",
            chinese=f"{uri} 里的索引少了一部分（{reason}）；请运行 wenbao build --full",
        )
    if any(sign in plain for sign in ("connect", "unavailable", "deadline", "timeout", "timed out", "no channel")):
        return UnreachableError(
            f"{uri}: Milvus does not answer ({doing}: {reason}); check store.uri and the server",
            chinese=f"{uri}：Milvus 没有回应（{doing}：{reason}）；请检查 store.uri 和服务器",
        )
    return UnreachableError(
        f"{uri}: Milvus refuses to {doing} ({reason}); see its log, then run: wenbao build",
        chinese=f"{uri}：Milvus 没有做成 {doing}（{reason}）；请看它的日志，再运行 wenbao build",
    )
