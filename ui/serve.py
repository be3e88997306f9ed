"""The chat page → a server on one address, which says so once it really listens.

In: Gradio blocks and a listening socket. Out: a running server, until Ctrl-C. Nothing is fetched from outside: fonts
are the system's, and Gradio's analytics and version checks are off. Knows nothing about what the page holds.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from embeddings.errors import WenbaoError

if TYPE_CHECKING:
    import fastapi
    import gradio as gr
    import uvicorn

FONTS = ("PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "system-ui", "sans-serif")
SECONDS_TO_FINISH = 1  # what open requests get after Ctrl-C
_OFFLINE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",  # by default, statistics of all events after every event
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


class AddressError(WenbaoError):
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


def application(page: gr.Blocks) -> fastapi.FastAPI:
    """The web application around the page: theme, style, and no door that the page does not need."""
    import fastapi
    import gradio as gr

    from ui.chat import STYLE

    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.red,
        neutral_hue=gr.themes.colors.stone,
        font=[gr.themes.Font(name) for name in FONTS],
        font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")],
    )
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme,
        css_paths=STYLE,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="1kb",
    )
    return app


def serve(page: gr.Blocks, listener: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C; `ready` hears the address once requests are answered."""
    server_of(page, ready).run(sockets=[listener])


def server_of(page: gr.Blocks, ready: Callable[[str], None]) -> uvicorn.Server:
    """The server, not yet running."""
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
            application(page), log_level="warning", access_log=False, timeout_graceful_shutdown=SECONDS_TO_FINISH
        )
    )
