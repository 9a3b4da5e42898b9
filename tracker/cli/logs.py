"""What long-running commands tell on stderr: lines for a human, or one JSON object a line; secrets stand in neither."""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tracker.cli.terminal import printable

if TYPE_CHECKING:
    from rich.console import Console

VARIABLE = "RIGSCOUT_LOG"  # children inherit it: a scheduler's commands log as it does
HUMAN, JSON = "human", "json"
_OURS = ("rigscout", "procrastinate")  # whose every step is told; what jobs a worker takes is procrastinate's to tell
_HIDDEN = "***"
_SHORTEST = 4  # characters; hiding every shorter word would hide the line
_SECRET_NAMES = re.compile(r"PASSWORD|SECRET|TOKEN|NOTIFY|_KEY$|CLIENT_ID$")
_USER_INFO = re.compile(r"(?<=://)[^\s/@]+@")


def is_json(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether JSON lines were asked for."""
    return environment.get(VARIABLE) == JSON


def start_logs(environment: Mapping[str, str] = os.environ) -> None:
    """Send the program's log to stderr, from INFO on (the libraries' from WARNING on), in the form that was asked for."""
    logging.basicConfig(level=logging.WARNING, handlers=[log_handler(environment)])
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)


def log_handler(environment: Mapping[str, str]) -> logging.Handler:
    """What writes the lines to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines(environment) if is_json(environment) else _Lines(environment))
    return handler


def tell(console: "Console", words: str, level: int = logging.INFO) -> None:
    """Say a line on stderr in the form that was asked for; the log is started."""
    if is_json():
        logging.getLogger("rigscout").log(level, "%s", words)
    else:
        console.print(printable(words), markup=False, soft_wrap=True)


def trouble_line(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """The last words of a command that failed, as its log would say them."""
    record = logging.LogRecord("rigscout", logging.ERROR, "", 0, text, None, None)
    return _JsonLines(environment).format(record) if is_json(environment) else f"rigscout: {printable(text)}"


class _Lines(logging.Formatter):
    """Moment, logger and words; what could steer a terminal is made visible, secrets are not."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__("%(asctime)s %(name)s %(message)s")
        self._secrets = sorted(_secrets(environment), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        return printable(self.hidden(super().format(record)))

    def hidden(self, text: str) -> str:
        """`text` without the secrets of the environment and without users and passwords in addresses."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _USER_INFO.sub(f"{_HIDDEN}@", text)


class _JsonLines(_Lines):
    """One object a line: at (UTC), level, logger, message, and an error's traceback."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.hidden(record.getMessage()),
        }
        if record.exc_info:
            told["traceback"] = self.hidden(self.formatException(record.exc_info))
        return json.dumps(told)


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in environment.items():
        if _SECRET_NAMES.search(name):
            yield from (word for word in {value, *value.split()} if len(word) >= _SHORTEST)
