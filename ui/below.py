"""A site that a proxy shows below another one, as under /paper: its paths, with that prefix or without.

In: every request. Out: the same request. Some proxies leave the prefix in the path and some do not; the door sees the
path without it, and the pages with it, which learn their own address from it. Knows nothing about where paths lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class Below:
    """ASGI middleware, the outermost. `root` is like "/paper", without a slash at the end."""

    app: ASGIApp
    root: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path == self.root:  # the page's own links count from the slash
            await RedirectResponse(f"{self.root}/")(scope, receive, send)
            return
        if path.startswith(f"{self.root}/"):
            scope = {**scope, "path": path.removeprefix(self.root)}
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Within:
    """ASGI middleware, the innermost: the prefix comes back."""

    app: ASGIApp
    root: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "path" in scope:
            scope = {**scope, "path": self.root + scope["path"], "root_path": self.root}
        await self.app(scope, receive, send)
