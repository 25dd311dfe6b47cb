"""Compound files: the .xls of Excel 97 to 2003, and every workbook that is encrypted."""

from __future__ import annotations

from pathlib import Path

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

from analytics.records.workbooks.excel import read_excel
from analytics.records.workbooks.told import Bounds, Refused

DEFAULT_PASSWORD = "VelvetSweatshop"
"""Excel itself encrypts with this one where a workbook is protected but opens without asking."""


def read_compound(source: Path, target: str, bounds: Bounds) -> None:
    """Write the sheets of an .xls, or of an encrypted workbook that opens without a password.

    Args:
        source: The compound file.
        target: Start of the paths to write to.
        bounds: What is too much.

    Raises:
        Refused: It needs a password, is something else than a workbook, or is damaged.
    """
    try:
        with olefile.OleFileIO(str(source)) as compound:
            streams = {"/".join(path).lower() for path in compound.listdir()}
    except OSError as error:
        if error.errno:
            raise
        raise Refused("damaged_workbook", words=str(error)) from error
    if "encryptedpackage" in streams:
        source = _decrypted(source, target)
    elif "workbook" in streams:
        source = _decrypted(source, target) if _is_encrypted(source) else source
    elif "book" not in streams:
        raise Refused("not_a_table_file")
    read_excel(source, target, bounds)


def _is_encrypted(source: Path) -> bool:
    with source.open("rb") as file:
        return bool(msoffcrypto.OfficeFile(file).is_encrypted())


def _decrypted(source: Path, target: str) -> Path:
    plain = Path(f"{target}-plain")
    try:
        with source.open("rb") as file, plain.open("w+b") as out:
            encrypted = msoffcrypto.OfficeFile(file)
            encrypted.load_key(password=DEFAULT_PASSWORD)
            encrypted.decrypt(out)
    except InvalidKeyError as error:
        raise Refused("needs_password") from error
    except DecryptionError as error:
        raise Refused("unknown_encryption") from error
    return plain
