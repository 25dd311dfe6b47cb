"""A server in a process of its own that notes how long each run of a script takes.

`python -m bench.serving <what> <port> <notes>` serves the dashboard as `python -m analytics serve`
does, or a script it is measured against, with a clock around Streamlit's script runner: a line of
JSON a run, with its time by the clock, on the processor, and whether it was a fragment's.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BLANK = 'import streamlit as st\n\nst.title("blank")\n'
NAIVE = Path(__file__).parent / "naive_deals.py"
# As Streamlit is without any settings, but for what asks the outside or looks after files.
_CONFIG = "[browser]\ngatherUsageStats = false\n[server]\nfileWatcherType = 'none'\n"
_STARTS_WITHIN_S = 60


@dataclass(frozen=True)
class Ran:
    """A run of a script: seconds by the clock, seconds of its thread, and what ran."""

    seconds: float
    cpu: float
    is_fragment: bool


@dataclass
class Server:
    """A running server.

    Args:
        base: Its address.
        pid: Its process.
        notes: File to which it writes a line a run.
        log: File that holds its standard error.
    """

    base: str
    pid: int
    notes: Path
    log: Path
    _read: int = field(default=0, init=False)
    _sent: int = field(default=0, init=False)

    def ran(self) -> list[Ran]:
        """Runs since this was last asked."""
        lines = self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []
        new, self._read = lines[self._read :], len(lines)
        return [Ran(**json.loads(line)) for line in new]

    def sent_kb(self) -> float:
        """What its websockets sent since this was last asked, as compressed for the wire."""
        path = sent_of(self.notes)
        sizes = path.read_text(encoding="ascii").split() if path.exists() else []
        new, self._sent = sizes[self._sent :], len(sizes)
        return sum(map(int, new)) / 1e3

    def tracebacks(self) -> int:
        """Errors with a traceback that its log holds."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("Traceback (most")


@contextmanager
def serving(what: str = "dashboard", data: Path | None = None) -> Iterator[Server]:
    """The dashboard over a data folder, or a script as it stands, on a free port of loopback.

    Args:
        what: `dashboard`, `blank`, or `naive`, the deals page as it is usually written.
        data: Data folder of the dashboard.
    """
    with tempfile.TemporaryDirectory(prefix="transferscope-bench-") as name:
        folder = Path(name)
        port = _free_port()
        notes, log = folder / "runs.jsonl", folder / "log"
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        if data:
            environment["TRANSFERSCOPE_DATA"] = str(data)
        if what != "dashboard":
            (folder / ".streamlit").mkdir()
            (folder / ".streamlit" / "config.toml").write_text(_CONFIG, encoding="utf-8")
            text = BLANK if what == "blank" else NAIVE.read_text(encoding="utf-8")
            (folder / "page.py").write_text(text, encoding="utf-8")
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "bench.serving", what, str(port), str(notes)],
                cwd=ROOT if what == "dashboard" else folder,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        server = Server(f"http://127.0.0.1:{port}", process.pid, notes, log)
        try:
            _wait(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(
                f"the server ended: {server.log.read_text(encoding='utf-8')[-2000:]}"
            )
        try:
            urllib.request.urlopen(f"{server.base}/_stcore/health", timeout=2).read()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"the server did not start within {_STARTS_WITHIN_S} s")


def _note_runs(notes: Path) -> None:
    """Put a clock around the script runner; there is no public place to read its times from."""
    from streamlit.runtime.scriptrunner import script_runner

    runner: Any = script_runner.ScriptRunner
    original = runner._run_script
    lines = notes.open("a", encoding="utf-8", buffering=1)

    def timed(self: Any, rerun_data: Any) -> None:
        begin, begin_cpu = time.perf_counter(), time.thread_time()
        try:
            original(self, rerun_data)
        finally:
            line = {
                "seconds": time.perf_counter() - begin,
                "cpu": time.thread_time() - begin_cpu,
                "is_fragment": bool(rerun_data.fragment_id_queue),
            }
            lines.write(json.dumps(line) + "\n")

    runner._run_script = timed


def sent_of(notes: Path) -> Path:
    """File beside the notes that holds the sizes of the frames sent."""
    return notes.with_suffix(".sent")


def _note_frames(sizes: Path) -> None:
    """Note the size of each frame after its compression, which no browser tells."""
    from websockets.extensions.permessage_deflate import PerMessageDeflate

    original = PerMessageDeflate.encode

    lines = sizes.open("a", encoding="ascii", buffering=1)

    def noted(self: Any, frame: Any) -> Any:
        sent = original(self, frame)
        lines.write(f"{len(sent.data)}\n")
        return sent

    PerMessageDeflate.encode = noted


def _serve(what: str, port: str, notes: Path) -> None:
    _note_runs(notes)
    _note_frames(sent_of(notes))
    if what == "dashboard":
        from analytics.__main__ import main

        main(["serve", "--port", port])
        return
    import streamlit as st
    import uvicorn

    uvicorn.run(st.App("page.py"), host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
