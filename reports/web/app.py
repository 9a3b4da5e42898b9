"""The web pages and the JSON API as one application, over whatever reads and writes it is handed."""

import re
import time
from collections.abc import Callable
from importlib import resources

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.exceptions import HTTPException

from reports.web.api import api
from reports.web.forms import forms
from reports.web.guard import Guard
from reports.web.kept import Kept
from reports.web.metrics import exposition
from reports.web.pages import Pages, pages
from tracker.domain.errors import RigscoutError
from tracker.domain.ports import WebReads, WebWrites

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


def create_app(
    reads: WebReads,
    *,
    writes: WebWrites | None = None,
    password: str = "",
    hosts: tuple[str, ...] = (),
    clock: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The application. Without `writes` nothing can be changed; `hosts` are names it may be called by beyond loopback's.

    `reports.web.guard.check_binding` says whether it may listen on an address.
    """
    app = FastAPI(
        title="Rigscout", version="1", docs_url=None, redoc_url=None
    )  # their pages load scripts from elsewhere
    shown = Pages(reads, may_write=writes is not None)
    app.include_router(api(reads))
    app.include_router(pages(shown))
    if writes is not None:
        app.include_router(forms(reads, writes))
    _watched(app, reads)
    app.add_api_route("/static/{name}", _static, include_in_schema=False)
    _answer_errors(app, shown)
    app.add_middleware(Kept, version=reads.version)
    app.add_middleware(Guard, password=password, hosts=hosts, clock=clock)
    return app


def _watched(app: FastAPI, reads: WebReads) -> None:
    """What monitors ask: /healthz (503 where the database can't be read) and /metrics."""

    def healthy() -> PlainTextResponse:
        try:
            reads.vitals()
        except RigscoutError as error:
            return PlainTextResponse(error.message, 503)
        return PlainTextResponse("ok")

    def metrics() -> Response:
        return Response(exposition(reads.vitals), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    app.add_api_route("/healthz", healthy, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route("/metrics", metrics, include_in_schema=False)


def _static(name: str) -> Response:
    """Our own style and script; nothing else lies there."""
    if not re.fullmatch(r"[a-z]+\.(css|js)", name):
        raise HTTPException(404)
    folder = resources.files("reports").joinpath("templates" if name == "page.css" else "web/static")
    file = folder.joinpath(name)
    if not file.is_file():
        raise HTTPException(404)
    return Response(
        file.read_bytes(), media_type=_TYPES[name.rpartition(".")[2]], headers={"cache-control": "max-age=300"}
    )


def _answer_errors(app: FastAPI, shown: Pages) -> None:
    """Errors in the form that was asked for: JSON under /api, a page elsewhere; never a traceback."""

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
        return HTMLResponse(shown.problem(error.status_code, str(error.detail)), error.status_code, error.headers)

    @app.exception_handler(RigscoutError)
    def known_error(request: Request, error: RigscoutError) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse({"detail": error.message, "mend": error.mend}, 503)
        return HTMLResponse(shown.problem(503, str(error)), 503)
