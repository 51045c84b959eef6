"""The Prefect server of one run: started before anything is imported, because its start takes longest, and stopped last.

Prefect starts one by itself when a flow is called and lets the program wait for it. This one comes up while the program loads
what it needs. Nothing here imports Prefect.
"""

import atexit
import os
import socket
import subprocess
import sys
import urllib.request
from importlib.util import find_spec
from pathlib import Path

from features.errors import UsageError

ALONE = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
"""As Prefect has it for its own temporary server: no pages, no services of a server that runs for ever."""
UVICORN = "import pipelines.unneeded, uvicorn; uvicorn.main()"
"""``python -m uvicorn`` without what nothing needs: it loads the server before it asks this program for anything."""
LONGEST_START_SECONDS = 300
STOP_SECONDS = 5


def start() -> bool:
    """Start the server of this process and name it in the environment; False where the environment names one already.

    The server inherits a socket that listens already: whoever asks before it is up waits, and no port is ever taken twice. Its
    event loop (``pipelines.parent``) ends it with this process; Ctrl+C is not for it.
    """
    if "PREFECT_API_URL" in os.environ:
        return False
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    handed = listening.fileno()
    command = [
        sys.executable, "-c", UVICORN, "--app-dir", _folder_of_prefect(), "--factory", "prefect.server.api.server:create_app",
        "--fd", str(handed), "--log-level", "error", "--lifespan", "on",
    ]  # fmt: skip
    server = subprocess.Popen(command, env={**os.environ, **ALONE}, pass_fds=(handed,), process_group=0)  # noqa: S603
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{listening.getsockname()[1]}/api"
    listening.close()
    atexit.register(_stop, server)
    return True


def wait() -> None:
    """Wait until the server started here answers, however busy the machine is.

    Raises
    ------
    UsageError
        It never does.
    """
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{os.environ['PREFECT_API_URL']}/health", timeout=LONGEST_START_SECONDS):
            return
    except OSError as error:
        raise UsageError(
            f"The run's own Prefect server did not start ({error}); what it says stands above. Run the command again, or name a "
            "server of yours in PREFECT_API_URL.",
            f"Server Prefect milik proses ini tidak jalan ({error}); pesannya ada di atas. Ulangi perintah, atau sebutkan server "
            "Anda di PREFECT_API_URL.",
        ) from error


def _folder_of_prefect() -> str:
    found = find_spec("prefect")
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent.parent)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
