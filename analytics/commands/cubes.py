"""cubes: the cubes of what is served, made anew."""

from __future__ import annotations

import argparse
import contextlib
import sys

from analytics.commands import Declare, add_operator, data_folder, operator
from analytics.commands.tables import print_table
from analytics.cubes.building import build_cubes
from analytics.cubes.files import CubeFile
from analytics.cubes.publishing import held_in
from analytics.databases.opening import named_cluster
from analytics.model.cubes import LEAST
from analytics.records.store import Store
from analytics.snapshot import read_snapshot
from analytics.text import LANGUAGES, text

_MIB = 1024 * 1024


def declare(command: Declare) -> None:
    """Declare the command."""
    cubes = command(
        "cubes", _cubes, "make anew the cubes that answer in place of the records that are served"
    )
    cubes.add_argument("--language", choices=LANGUAGES, default="en")
    add_operator(cubes)


def _cubes(options: argparse.Namespace) -> None:
    data = data_folder()
    snapshot = read_snapshot(data)
    if not snapshot.has_records:
        print(text("cli.cubes_no_records", options.language, folder=data))
        return

    def progress(done: int, count: int, name: str) -> None:
        said = text("cli.cubes_next", options.language, done=done + 1, count=count, cube=name)
        print(said, file=sys.stderr, flush=True)

    store = Store.of_records(data)
    # What is published nobody may remove meanwhile; nobody removes the demonstration.
    held = contextlib.nullcontext() if snapshot.is_demonstration else store.hold(operator(options))
    with held:
        records = held_in(snapshot.folder, data, snapshot.rows)
        made = build_cubes(records, snapshot.folder, progress, cluster=named_cluster())
    if made:
        _tell(made, options.language)
    else:
        print(text("cli.cubes_none", options.language, least=f"{LEAST:,}"))


def _tell(made: list[CubeFile], language: str) -> None:
    header = [text(f"cli.cubes_{name}", language) for name in ("cube", "rows", "records", "size")]
    rows = [
        (cube.name, f"{cube.rows:,}", f"{cube.records:,}", f"{cube.bytes / _MIB:,.2f} MiB")
        for cube in made
    ]
    print_table(header, rows, right=(1, 2, 3))
    size = sum(cube.bytes for cube in made) / _MIB
    print(text("cli.cubes_made", language, count=len(made), size=f"{size:,.2f} MiB"))
