"""snapshots, rollback, diff, prune, verify, and the way back to the demonstration."""

from __future__ import annotations

import argparse
from decimal import Decimal

from analytics.commands import Declare, add_operator, data_folder, operator
from analytics.commands.tables import print_table
from analytics.records.store import Difference, SnapshotInfo, Store
from analytics.snapshot import DEMO, has_demonstration

KEEP = 10
_FILES = 3
"""Files of an import that its line names."""


def declare(command: Declare) -> None:
    """Declare the commands."""
    listed = command("snapshots", _snapshots, "every snapshot, newest first; * is served")
    rollback = command("rollback", _rollback, "serve another snapshot, older or newer")
    rollback.add_argument("snapshot", metavar="ID", help="as `snapshots` lists it, or demo")
    add_operator(rollback)
    diff = command("diff", _diff, "what differs between two snapshots, by dataset and key")
    diff.add_argument("before", metavar="A")
    diff.add_argument("after", metavar="B")
    prune = command("prune", _prune, "remove old snapshots, never the one served")
    prune.add_argument("--keep", type=_count, default=KEEP, help=f"how many to keep ({KEEP})")
    add_operator(prune)
    verify = command("verify", _verify, "compare snapshots with what was published (checksums)")
    verify.add_argument("snapshot", metavar="ID", nargs="?", default=None, help="default: all")
    for made in (listed, rollback, diff, prune, verify):
        made.add_argument(
            "--series",
            action="store_true",
            help="the imported published series instead of the records",
        )


def add_use(command: argparse.ArgumentParser) -> None:
    """The option of `demo` that serves the demonstration again."""
    command.add_argument(
        "--use",
        action="store_true",
        help="serve the demonstration instead of the imported records, which stay as they are",
    )
    add_operator(command)


def use_demo(options: argparse.Namespace) -> None:
    """Serve the demonstration; it is made first where the data folder has none."""
    from analytics.records import demo

    folder = data_folder()
    if not (folder / DEMO / "manifest.json").exists():
        demo.write(folder / DEMO, options.scale)
    store = Store.of_records(folder)
    store.use(DEMO, operator(options))
    before = store.standing()
    back = f"; back to the records with: python -m analytics rollback {before}" if before else ""
    print(f"the demonstration is served now{back}")


def _store(options: argparse.Namespace) -> Store:
    return (Store.of_series if options.series else Store.of_records)(data_folder())


def _snapshots(options: argparse.Namespace) -> None:
    store = _store(options)
    found = store.list()
    rows = [
        (
            "*" if info.is_current else "",
            info.id,
            f"{info.made_at.astimezone():%Y-%m-%d %H:%M}",
            "" if info.fault else f"{info.rows:,}",
            info.operator,
            info.fault or _sources(info),
        )
        for info in found
    ]
    if found:
        print_table(("", "snapshot", "made", "rows", "operator", "from"), rows, right=(3,))
    current = store.current()
    if current is None:
        print("served: " + ("the series that ship" if options.series else _without()))
    else:
        store.path(current)  # tells it where the snapshot that should be served is gone


def _sources(info: SnapshotInfo) -> str:
    names = [_plain(source.name) for source in info.sources]
    more = f" and {len(names) - _FILES} more" if len(names) > _FILES else ""
    return ", ".join(names[:_FILES]) + more


def _plain(name: str) -> str:
    """A file's name without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _rollback(options: argparse.Namespace) -> None:
    info = _store(options).use(options.snapshot, operator(options))
    without = "the series that ship" if options.series else _without()
    print(f"served now: {info.id}, {info.rows:,} rows" if info else f"served now: {without}")


def _without() -> str:
    """What is served without an import."""
    if has_demonstration(data_folder()):
        return "the demonstration"
    return "no records (import files, or make the demonstration with: demo --use)"


def _diff(options: argparse.Namespace) -> None:
    found = _store(options).diff(options.before, options.after)
    header = ("dataset", "added", "changed", "gone", "same", "value in A", "value in B")
    rows = [_difference(line) for line in found]
    if rows:
        print_table(header, rows, right=range(1, len(header)))
    else:
        print("neither holds anything")


def _difference(found: Difference) -> tuple[str, ...]:
    counts = (found.added, found.changed, found.gone, found.same)
    return (found.dataset, *(f"{n:,}" for n in counts), _cny(found.before), _cny(found.after))


def _cny(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def _prune(options: argparse.Namespace) -> None:
    removed = _store(options).prune(options.keep, operator(options))
    print("\n".join(f"removed {snapshot}" for snapshot in removed) or "nothing to remove")


def _verify(options: argparse.Namespace) -> int:
    store = _store(options)
    faults = store.verify(options.snapshot)
    for fault in faults:
        print(fault.message("en"))
    if faults:
        return 1
    checked = 1 if options.snapshot else len(store.list())
    print(f"{checked} of {checked} snapshots are as they were published")
    return 0


def _count(written: str) -> int:
    number = int(written)
    if number < 1:
        raise argparse.ArgumentTypeError("keep at least 1")
    return number
