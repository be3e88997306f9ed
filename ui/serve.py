"""The chat page → a server on one address, which says so once it really listens.

In: Gradio blocks, a listening socket, and an answerer whose settings say what else is served: /v1 and /mcp for
programs, /admin where a password is set. Out: a running server, until Ctrl-C. Nothing is fetched from outside: fonts
are the system's, and Gradio's analytics and version checks are off. Knows nothing about what the page holds.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.words import Told

if TYPE_CHECKING:
    import fastapi
    import gradio as gr
    import uvicorn
    from mcp.server.fastmcp import FastMCP

    from ui.conversation import Answering
    from ui.door import Gate

FONTS = ("PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "system-ui", "sans-serif")
FAINT = "#756c60"  # as in chat.css: a contrast of 4.8 on the paper, where the theme's own has less than 4.5
SECONDS_TO_FINISH = 1  # what open requests get after Ctrl-C
_OFFLINE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",  # by default, statistics of all events after every event
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


class AddressError(Told):
    """The chat cannot listen on the address."""


def stay_offline() -> None:
    """Turn off whatever Gradio would fetch or report; call it before Gradio is imported."""
    os.environ.update(_OFFLINE)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, bound now, so that a taken port is known before anything heavy starts.

    Raises:
        AddressError: the port is taken, or the address is not this machine's.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if os.name == "posix":  # elsewhere it would let two servers share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        other = f"wenbao chat --port {port + 1 if port < 65535 else 7860}"
        raise AddressError(f"{host}:{port} 打不开（{error.strerror or error}）；可换一个端口：{other}") from None
    return listener


def address(listener: socket.socket) -> str:
    """What to type into a browser on this machine: 'http://127.0.0.1:7860'."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def application(page: gr.Blocks, answerer: Answering | None = None) -> fastapi.FastAPI:
    """The web application: the page, behind the door; and with an answerer the doors for programs and for the admin."""
    import fastapi
    from starlette.middleware.cors import CORSMiddleware

    from qa.settings import ChatSettings
    from ui.chat import STYLE
    from ui.door import Below, Door, Within

    chat = answerer.settings.chat if answerer else ChatSettings()
    gate = _gate(answerer) if answerer else None
    tools = _tools(answerer, gate) if answerer and gate else None
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(tools))
    if answerer and gate:
        _offer_programs(app, answerer, gate, tools)
        _offer_admin(app, answerer)
    root = {"root_path": chat.root_path or None}
    _mount(app, page, "/", STYLE, max_file_size="1kb", blocked_paths=[Path.cwd().anchor], **root)
    if chat.root_path:
        app.add_middleware(Within, root=chat.root_path)
    app.add_middleware(CORSMiddleware)  # no other site may read anything; where there is none, Gradio lets all in
    app.add_middleware(Door, auth=chat.auth.get_secret_value(), hosts=chat.hosts, **_uploads(answerer))
    if chat.root_path:
        app.add_middleware(Below, root=chat.root_path)
    return app


def _uploads(answerer: Answering | None) -> dict[str, Any]:
    """What may be uploaded to the admin's page in one request, as many files as may wait, and where Gradio puts it."""
    admin = answerer.settings.admin if answerer else None
    if not admin or not admin.password.get_secret_value():
        return {}
    from gradio.utils import get_upload_folder

    return {"largest_upload": (admin.upload_mb << 20) * admin.upload_files, "uploads": Path(get_upload_folder())}


def _mount(app: fastapi.FastAPI, page: gr.Blocks, path: str, style: Path | list[Path], **more: Any) -> None:
    """A page of Gradio's: theme, style, and no door that the page does not need."""
    import gradio as gr

    from ui.chat import WORDS

    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.red,
        neutral_hue=gr.themes.colors.stone,
        font=[gr.themes.Font(name) for name in FONTS],
        font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")],
    ).set(
        body_background_fill="#faf7f0",
        body_background_fill_dark="#191714",
        button_primary_background_fill="#a3281c",
        background_fill_primary="#faf7f0",
        background_fill_primary_dark="#191714",
        block_label_text_color=FAINT,
        block_title_text_color=FAINT,
    )
    closed = {"show_error": False, "pwa": False, "mcp_server": False, "enable_monitoring": False, "run_history": False}
    page.has_launched = True  # mounted pages are never "launched", and until then Gradio checks no path
    undescribed = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    gr.mount_gradio_app(
        app,
        page,
        path=path,
        app_kwargs=undescribed,
        theme=theme,
        css_paths=style,
        footer_links=[],
        i18n=WORDS,
        ssr_mode=False,
        **closed,
        **more,
    )


def _offer_programs(app: fastapi.FastAPI, answerer: Answering, gate: Gate, tools: FastMCP | None) -> None:
    """`/v1`, and `/mcp` where the mcp package is installed."""
    from ui.api import router

    app.include_router(router(answerer, gate))
    if tools:
        from starlette.routing import Route

        for route in tools.streamable_http_app().routes:
            if isinstance(route, Route):  # with a slash at the end too, as some assistants write it
                app.router.routes += [route, Route(f"{route.path}/", route.endpoint)]


def _offer_admin(app: fastapi.FastAPI, answerer: Answering) -> None:
    """`/admin`, where a password is set."""
    settings = answerer.settings.admin
    if not (password := settings.password.get_secret_value()):
        return
    from starlette.responses import RedirectResponse

    from ui.admin import STYLE, Login, build_admin
    from ui.door import ADMIN

    at = f"{answerer.settings.chat.root_path}{ADMIN}"
    app.add_api_route(ADMIN, lambda: RedirectResponse(f"{at}/"))
    login, limit = Login(password), settings.upload_mb << 20
    more = {"max_file_size": limit, "root_path": at}
    _mount(app, build_admin(answerer), ADMIN, STYLE, auth=login, **more)


def _gate(answerer: Answering) -> Gate:
    from ui.door import Gate

    return Gate(answerer.settings.chat.concurrency, answerer.settings.chat.queue)


def _tools(answerer: Answering, gate: Gate) -> FastMCP | None:
    """The MCP server; None where the mcp package is not installed."""
    if not find_spec("mcp"):
        return None
    from ui.api import tools

    return tools(answerer, gate)


def _lifespan(tools: FastMCP | None) -> Callable[[fastapi.FastAPI], AbstractAsyncContextManager[None]]:
    """What runs as long as the application does: the sessions of MCP."""

    @asynccontextmanager
    async def lifespan(app: fastapi.FastAPI) -> AsyncIterator[None]:
        if not tools:
            yield
            return
        async with tools.session_manager.run():
            yield

    return lifespan


def serve(
    page: gr.Blocks, listener: socket.socket, ready: Callable[[str], None], answerer: Answering | None = None
) -> None:
    """Serve the page until Ctrl-C; `ready` hears the address once requests are answered."""
    server_of(page, ready, answerer).run(sockets=[listener])


def server_of(page: gr.Blocks, ready: Callable[[str], None], answerer: Answering | None = None) -> uvicorn.Server:
    """The server, not yet running; with an answerer it serves programs and the admin, too."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started and sockets:
                ready(address(sockets[0]))

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Every open page holds a stream; that Ctrl-C cuts it is no error, and not worth a traceback.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    return Server(
        uvicorn.Config(
            application(page, answerer),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
    )
