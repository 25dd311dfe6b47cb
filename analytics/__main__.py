"""The command line: ask, query, records, measures, demo, serve, and what keeps snapshots."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from analytics.commands import HOME, Run, data_folder
from analytics.filters import LISTS, Filters, from_query

_OPTIONS = {
    "from": "first period: 2019, 2019Q1, 2019-05 or 2019-05-17",
    "to": "last period, likewise",
    "region": "region codes with commas between; gba is the Greater Bay Area",
    "industry": "industry codes",
    "channel": "channels",
    "edition": "expo editions",
    "type": "contract types",
    "field": "technical fields",
    "station": "kinds of workstation",
    "side": "seller (from) or buyer (to)",
    "basis": "technical or registered",
    "compare": "before or year-before",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it answered, 2 when a name or value was wrong."""
    from analytics.errors import TransferScopeError

    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except (TransferScopeError, ValueError) as error:
        print(f"analytics: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    from analytics.commands import cubes, importing, snapshots

    parser = argparse.ArgumentParser(prog="python -m analytics", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    ask = _command(commands, "ask", _ask, "measures by dimensions")
    ask.add_argument("measures", nargs="+")
    ask.add_argument("--by", action="append", default=[], help="dimension; may be repeated")
    ask.add_argument("--grain", default="", help="month, quarter or year")
    query = _command(commands, "query", _query, "the answer of a query file")
    query.add_argument("name")
    query.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="further value that the query names",
    )
    records = _command(commands, "records", _records, "the records themselves")
    records.add_argument("dataset")
    for command in (ask, query, records):
        _filter_options(command)
        command.add_argument("--format", choices=("table", "csv", "json"), default="table")
    _command(commands, "measures", _measures, "every measure with its definition")
    demo = _command(commands, "demo", _demo, "make the demonstration records")
    demo.add_argument("--scale", type=int, default=1)
    demo.add_argument("--out", type=Path, default=HOME / "demo")
    snapshots.add_use(demo)
    importing.declare(partial(_command, commands))
    snapshots.declare(partial(_command, commands))
    cubes.declare(partial(_command, commands))
    serve = _command(commands, "serve", _serve, "serve the dashboard")
    serve.add_argument("--port", type=int, default=8501)
    serve.add_argument("--host", default="127.0.0.1")
    return parser


def _command(commands: Any, name: str, run: Run, about: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run)
    return command


def _filter_options(command: argparse.ArgumentParser) -> None:
    for name, about in _OPTIONS.items():
        command.add_argument(f"--{name}", default="", help=about, dest=f"filter_{name}")


def _engine() -> Any:
    from analytics.databases.opening import named_cluster
    from analytics.engine import Engine

    engine = Engine(data_folder(), home=HOME, cluster=named_cluster())
    if not engine.snapshot.has_records:
        print(f"analytics: there are no records yet in {data_folder()}", file=sys.stderr)
    return engine


def _filters(options: argparse.Namespace, engine: Any) -> Filters:
    """The filters that the options name; ValueError says which value is wrong."""
    from analytics.errors import UnknownName
    from analytics.labels import allowed_codes

    query = {name: getattr(options, f"filter_{name}") for name in _OPTIONS}
    allowed = allowed_codes(engine)
    filters, refused = from_query(query, allowed, Filters())
    for name, value in refused.items():
        field = next((item for item in LISTS if item.startswith(name[:4])), "")
        if field in allowed:
            known = tuple(sorted(map(str, allowed[field])))
            wrong = next(part for part in value.split(",") if part not in known)
            raise UnknownName(f"--{name}", wrong, known[:60])
        raise ValueError(f"--{name} {value!r} cannot be used: {_OPTIONS[name]}")
    return filters


def _ask(options: argparse.Namespace) -> None:
    engine = _engine()
    by = [name for item in options.by for name in item.split(",")]
    _write(engine.ask(options.measures, by, _filters(options, engine), options.grain), options)


def _query(options: argparse.Namespace) -> None:
    engine = _engine()
    values = dict(item.partition("=")[::2] for item in options.value)
    _write(engine.query(options.name, _filters(options, engine), **values), options)


def _records(options: argparse.Namespace) -> None:
    engine = _engine()
    _write(engine.records(options.dataset, _filters(options, engine)), options)


def _measures(options: argparse.Namespace) -> None:
    from analytics.model import MEASURES

    del options
    for measure in MEASURES.values():
        print(f"{measure.name}  [{measure.kind}, {measure.unit}]  {measure.zh} / {measure.en}")
        print(f"    {measure.zh_definition}\n    {measure.en_definition}")


def _demo(options: argparse.Namespace) -> None:
    from analytics.commands import snapshots
    from analytics.records import demo

    if options.use:
        snapshots.use_demo(options)
        return
    demo.write(options.out, options.scale)
    print(f"demonstration records written to {options.out}")


def _serve(options: argparse.Namespace) -> None:
    import uvicorn

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    os.environ["STREAMLIT_SERVER_ADDRESS"] = options.host
    os.environ["STREAMLIT_SERVER_PORT"] = str(options.port)
    if options.host not in ("127.0.0.1", "localhost", "::1"):
        print(
            "analytics: served beyond this machine and there is no login yet: everyone who "
            "reaches the address sees everything",
            file=sys.stderr,
        )
        os.environ["TRANSFERSCOPE_OPEN"] = "1"
    os.chdir(HOME.parent)

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[Any] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                shown = "localhost" if options.host == "127.0.0.1" else options.host
                print(f"TransferScope 成果瞭望台: http://{shown}:{options.port}", flush=True)

    Announcing(
        uvicorn.Config(
            "analytics.ui.server:app",
            host=options.host,
            port=options.port,
            log_level="warning",
            access_log=False,
        )
    ).run()


def _write(frame: Any, options: argparse.Namespace) -> None:
    if options.format == "csv":
        from analytics.formats import harmless

        safe = frame.map(lambda cell: harmless(cell) if isinstance(cell, str) else cell)
        sys.stdout.write(safe.to_csv(index=False, lineterminator="\n"))
    elif options.format == "json":
        sys.stdout.write(frame.to_json(orient="records", date_format="iso", force_ascii=False))
        sys.stdout.write("\n")
    else:
        print(frame.to_string(index=False) if len(frame) else "no rows")


if __name__ == "__main__":
    sys.exit(main())
