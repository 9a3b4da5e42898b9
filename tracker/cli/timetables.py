"""The morning pass as a crontab line, or as a hardened systemd service with its timer."""

from pathlib import Path

from tracker.settings import Settings

_SECRETS = "secrets.env"  # beside the settings: KEY=value lines such as RIGSCOUT_SMTP_PASSWORD=…

# Chromium, for sources that want a browser, makes namespaces: they stay allowed.
_HARDENED = """\
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
"""


def crontab_line(settings: Settings, command: str, data: Path, config: Path) -> str:
    """A crontab that runs the morning pass; `config` is the user's folder, which may hold secrets.env. Ends in a newline."""
    hour, minute = settings.report_at.split(":")
    secrets = _quoted(config / _SECRETS)
    line = f"set -a; test -r {secrets} && . {secrets}; {command} run"
    return (
        f"# rigscout: every morning at {settings.report_at}, by this machine's clock; keys and passwords are read from\n"
        f"# {config / _SECRETS} (KEY=value lines, mode 0600), if it is there\n"
        f'RIGSCOUT_DATA="{data}"\n'
        f"{_config_line(config)}"
        f"{int(minute)} {int(hour)} * * * {line.replace('%', chr(92) + '%')}\n"
    )


def _config_line(config: Path) -> str:
    return f'RIGSCOUT_CONFIG="{config}"\n' if config.is_dir() else ""


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))


def systemd_units(settings: Settings, command: str, data: Path, config: Path) -> str:
    """A hardened service and its timer, to be split into two files under ~/.config/systemd/user."""
    return f"""\
# rigscout.service
[Unit]
Description=Rigscout: the cheapest deep-learning box today
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
Environment="RIGSCOUT_DATA={_unit(data)}"{_config_setting(config)}
EnvironmentFile=-{_unit(config / _SECRETS)}
ExecStart={_unit(command)} run
# 3: some sources failed, the report was still made
SuccessExitStatus=3
TimeoutStartSec=2h
# SIGTERM goes to rigscout alone, which ends its crawls in good order
KillMode=mixed
TimeoutStopSec=15
Nice=10
UMask=0077
ReadWritePaths="{_unit(data)}"
{_HARDENED}
# rigscout.timer
[Unit]
Description=Rigscout, every morning

[Timer]
OnCalendar=*-*-* {settings.report_at}:00 {settings.time_zone}
RandomizedDelaySec=10min
Persistent=yes

[Install]
WantedBy=timers.target
"""


def _config_setting(config: Path) -> str:
    return f'\nEnvironment="RIGSCOUT_CONFIG={_unit(config)}"' if config.is_dir() else ""


def _unit(text: Path | str) -> str:
    """A path as a unit file wants it: a percent sign begins a specifier there."""
    return str(text).replace("%", "%%")
