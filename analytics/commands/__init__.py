"""Commands of `python -m analytics` that change the data folder, a module for each subject."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Callable
from pathlib import Path

HOME = Path(__file__).parents[2] / "data"
Run = Callable[[argparse.Namespace], int | None]
Declare = Callable[[str, Run, str], argparse.ArgumentParser]
"""Declares a command by its name, what it runs and what it is about."""


def data_folder() -> Path:
    """Folder of the records: `TRANSFERSCOPE_DATA`, or the one that ships."""
    return Path(os.environ.get("TRANSFERSCOPE_DATA") or HOME)


def add_operator(command: argparse.ArgumentParser) -> None:
    """The option that says who publishes or switches."""
    command.add_argument(
        "--operator", default="", help="who does this, for the history; default: your login name"
    )


def operator(options: argparse.Namespace) -> str:
    """Who publishes or switches."""
    try:
        return options.operator or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return ""
