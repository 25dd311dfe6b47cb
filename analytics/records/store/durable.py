"""Files that are on the disk when we say so, and replaced in one step or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

from analytics.errors import SnapshotError, reason_of

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
TEMPORARY = ".temporary-"
"""Begins the name of a file that is not finished; a reader never looks at one."""


@contextlib.contextmanager
def told(folder: Path) -> Generator[None, None, None]:
    """A full disk and the like, told as a sentence."""
    try:
        yield
    except OSError as error:
        key = "snapshot_no_space" if error.errno in _NO_SPACE else "snapshot_not_written"
        raise SnapshotError(key, folder=folder, found=reason_of(error)) from error


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file and see it onto the disk."""
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())


def replace_json(path: Path, content: Any) -> None:
    """Replace a JSON file in one step: whoever reads it sees the old or the new one whole."""
    temporary = path.with_name(f"{TEMPORARY}{path.name.strip('.')}-{secrets.token_hex(4)}")
    try:
        write_json(temporary, content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """See a file's bytes, or a folder's names, onto the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders and keeps names by itself
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def take(source: Path, target: Path) -> None:
    """Give a finished file a second name, or copy it where the disk allows no second name."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
    sync(target)


def sha256_of(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
