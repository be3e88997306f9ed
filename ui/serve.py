"""The web server: the chat page, /v1 and /mcp for programs, and /admin where a password is set, all behind the door.

Nothing is fetched from outside: fonts are the system's, and Gradio's analytics and version checks are off.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.words import Told

if TYPE_CHECKING:
    import fastapi
    import gradio as gr
    import uvicorn

    from ui.conversation import Answering

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


def application(page: gr.Blocks, answerer: Answering) -> fastapi.FastAPI:
    """The web application: the page, and what programs and the admin use, behind the door."""
    import fastapi
    from starlette.middleware.cors import CORSMiddleware
    from starlette.routing import Route

    from ui.api import Gate, offer_v1, tools
    from ui.chat import STYLE
    from ui.door import Door

    chat, admin = answerer.settings.chat, answerer.settings.admin
    gate = Gate(chat.concurrency, chat.queue)
    server = tools(answerer, gate) if find_spec("mcp") else None
    routes = server.streamable_http_app().routes if server else []
    app = fastapi.FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=(lambda app: server.session_manager.run()) if server else None,
    )
    offer_v1(app, answerer, gate)
    for route in routes:  # with a slash at the end too, as some assistants write it
        if isinstance(route, Route):
            app.router.routes += [route, Route(f"{route.path}/", route.endpoint)]
    uploads: dict[str, Any] = {}
    if password := admin.password.get_secret_value():
        from gradio.utils import get_upload_folder

        _mount_admin(app, answerer, password)
        most = (admin.upload_mb << 20) * admin.upload_files  # in one request, as many files as may wait
        uploads = {"largest_upload": most, "uploads": Path(get_upload_folder())}
    root = chat.root_path or None
    _mount(app, page, "/", STYLE, max_file_size="1kb", blocked_paths=[Path.cwd().anchor], root_path=root)
    app.add_middleware(CORSMiddleware)  # no other site may read anything; where there is none, Gradio lets all in
    auth = chat.auth.get_secret_value()
    app.add_middleware(Door, auth=auth, hosts=chat.hosts, root=chat.root_path, **uploads)
    return app


def _mount_admin(app: fastapi.FastAPI, answerer: Answering, password: str) -> None:
    from starlette.responses import RedirectResponse

    from ui.admin import NAME, STYLE, build_admin
    from ui.door import ADMIN, same

    def login(name: str, given: str) -> bool:
        return same(name, NAME) & same(given, password)  # both, whatever the first says: it takes as long

    at = f"{answerer.settings.chat.root_path}{ADMIN}"
    app.add_api_route(ADMIN, lambda: RedirectResponse(f"{at}/"))
    limit = answerer.settings.admin.upload_mb << 20
    _mount(app, build_admin(answerer), ADMIN, STYLE, auth=login, max_file_size=limit, root_path=at)


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
    page.has_launched = True  # mounted pages are never "launched", and until then Gradio checks no path
    gr.mount_gradio_app(
        app,
        page,
        path=path,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        theme=theme,
        css_paths=style,
        footer_links=[],
        i18n=WORDS,
        ssr_mode=False,
        show_error=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        run_history=False,
        **more,
    )


def server_of(page: gr.Blocks, ready: Callable[[str], None], answerer: Answering) -> uvicorn.Server:
    """The server, not yet running, which Ctrl-C ends; `ready` hears the address once requests are answered."""
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
