"""A real server of a test: started as a user starts it, killed as a power cut would, asked over loopback."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """`portal serve` on an instance folder, in a process group of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = os.environ | {"PORTAL_INSTANCE": str(folder), "PORTAL_ASSETS": "local", "PORTAL_LOG_LEVEL": "ERROR"}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, first_run: bool = False) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "portal", "serve", "--port", str(self.port), *(["--first-run"] if first_run else [])]
        self.process = subprocess.Popen(
            command, env=self.environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # The first start loads the whole demo company, here beside other tests.
        for _try in range(3_600 if first_run else 600):
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}")
            try:
                if self.get("/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """End the whole process group at once, with nothing tidied up; nothing if it has ended."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        """End it politely; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def get(self, path: str, cookie: str = "") -> tuple[int, dict[str, str], str]:
        """GET a path: status, headers, text."""
        return self._ask("GET", path, None, cookie)

    def post(self, path: str, data: dict[str, str], cookie: str) -> tuple[int, dict[str, str], str]:
        """POST a form."""
        return self._ask("POST", path, data, cookie)

    def _ask(self, method: str, path: str, data: dict[str, str] | None, cookie: str) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Cookie": cookie} if cookie else {}
            if data is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, urlencode(data) if data is not None else None, headers)
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name != "Set-Cookie"}
            kept["cookies"] = "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie")
            return answer.status, kept, answer.read().decode()
        finally:
            connection.close()

    def sign_in(self, username: str) -> tuple[str, str]:
        """The cookies and the CSRF token of a person who came in by a one-time link."""
        made = self.run("login-link", username)
        assert made.returncode == 0, made.stderr
        parts = urlsplit(made.stdout.strip())
        status, headers, _text = self.get(parts.path)
        assert status == 303, status
        jar = headers["cookies"]
        status, headers, text = self.get("/me", jar)
        assert status == 200, headers
        jar = _merged(jar, headers["cookies"])
        found = TOKEN.search(text)
        assert found
        return jar, found[1]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of the command line on the same instance."""
        return subprocess.run(
            [sys.executable, "-m", "portal", *command], env=self.environment, capture_output=True, text=True, check=False
        )


def _merged(*jars: str) -> str:
    cookies: dict[str, str] = {}
    for part in "; ".join(jar for jar in jars if jar).split("; "):
        name, _equals, value = part.partition("=")
        cookies[name] = value
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
