"""`rigscout serve`: the web pages and the JSON API, on this machine only unless a password is set."""

import contextlib
import os
import socket

import click

from tracker.cli.context import AppContext

PASSWORD = "RIGSCOUT_WEB_PASSWORD"  # noqa: S105 - the variable's name
_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


@click.command("serve", epilog="Example: rigscout serve --port 8787")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8787, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A name that browsers may call it by; repeatable.")
@click.pass_obj
def command(app: AppContext, host: str, port: int, names: tuple[str, ...]) -> None:
    """Show the web pages and the JSON API (/openapi.json) until stopped with Ctrl+C.

    With an address that other machines can reach, RIGSCOUT_WEB_PASSWORD must be set; the browser asks for it (any
    user name goes). It answers to the address it listens on and to this machine's name; any other needs --name.
    """
    from reports.web.guard import check_binding

    password = os.environ.get(PASSWORD, "")
    check_binding(host, password)

    import uvicorn

    from tracker.cli.logs import start_logs, tell
    from tracker.jobs.serving import application

    start_logs()
    hosts = (*names, *_own_names(host))
    served = application(app, password=password, hosts=hosts)
    with _listening(host, port) as listener:
        tell(app.err, f"http://{hosts[0]}:{listener.getsockname()[1]}/ (Ctrl+C stops)")
        config = uvicorn.Config(
            served, log_config=None, log_level="warning", access_log=False, server_header=False, proxy_headers=False
        )
        with contextlib.suppress(KeyboardInterrupt):  # how it is meant to end
            uvicorn.Server(config).run([listener])


def _own_names(host: str) -> tuple[str, ...]:
    """What a browser may call this machine by: the address listened on, or the machine's name where it is all of them."""
    if host in _EVERYWHERE:
        return (socket.gethostname(), socket.getfqdn())
    return (f"[{host}]" if ":" in host else host,)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises RigscoutError for an address that is taken or none of this machine's."""
    from tracker.domain.errors import RigscoutError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RigscoutError(
            f"can't listen on {host} port {port}: {reason}", mend="choose another --port or --host"
        ) from error
