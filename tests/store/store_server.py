"""A PostgreSQL server of our own on a socket in a folder, that can be killed and started again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAMS = ("initdb", "pg_ctl")
PATIENCE = 90.0
"""Seconds in which a server must be up again, on a machine that is busy with other things."""


def lacking() -> list[str]:
    """The programs that are not on the path."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def as_nobody() -> list[str]:
    """What to put before a command so that it does not run as root, which initdb refuses."""
    if os.geteuid():
        return []
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in names)
    if shutil.which("setpriv"):
        entry = pwd.getpwnam(user)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    return ["runuser", "-u", user, "--"]


class Server:
    """The server. `home` is the folder of its socket; with `careful` it waits for the disk, as one in use does."""

    def __init__(self, *, careful: bool) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="wc-pg-"))
        self.data, self.careful = self.home / "data", careful
        self._run = as_nobody()
        if self._run:
            import pwd

            user = "postgres" if "postgres" in {e.pw_name for e in pwd.getpwall()} else "nobody"
            shutil.chown(self.home, user)
        self.home.chmod(0o755)
        self._call("initdb", "-D", self.data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        """Start it, also after it was killed, as soon as what it left has ended."""
        options = f"-c listen_addresses= -c unix_socket_directories={self.home} -c max_connections=200"
        options += "" if self.careful else " -c fsync=off"
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._call("pg_ctl", "-D", self.data, "-w", "-o", options, "-l", self.home / "log", "start")
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def kill(self, how: signal.Signals) -> None:
        """End it at once: SIGQUIT is its own way to do so (`pg_ctl stop -m immediate`), SIGKILL leaves it no time at all."""
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), how)

    def close(self) -> None:
        """Stop it, and take it away."""
        with contextlib.suppress(subprocess.CalledProcessError):  # it may have been killed
            self._call("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.home, ignore_errors=True)

    def _call(self, *command: str | Path) -> None:
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*self._run, *command], check=True, cwd=self.home, **streams)
