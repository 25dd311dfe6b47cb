"""`python -m bench [part ...] [--short]`: measurements as ratios within one run; none is a test.

Results go to `bench/results/`, one page a part and a summary; the short form, which only shows
that everything runs, writes to a temporary folder. `python -m bench clean` removes the generated
records.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.report import RESULTS

SHORT_DEALS = 20_000


def main(arguments: list[str] | None = None) -> int:
    """Measure the parts that are named, all where none is; 1 where one failed."""
    options = _parser().parse_args(arguments)
    if "clean" in options.parts:
        from bench import generator

        generator.clean()
        return 0
    parts = _short_parts() if options.short else _parts(options)
    chosen = options.parts or list(parts)
    if not options.short:
        return _run(parts, chosen, RESULTS)
    with tempfile.TemporaryDirectory(prefix="transferscope-bench-") as folder:
        return _run(parts, chosen, Path(folder))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = (*_short_parts(), "clean")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one of {', '.join(names)}")
    parser.add_argument("--short", action="store_true", help="tiny, to see that all parts run")
    parser.add_argument(
        "--sizes",
        default=("1M", "10M", "100M"),
        type=_sizes,
        help="numbers of deals for `queries` and `cubes`",
    )
    return parser


def _sizes(text: str) -> tuple[str, ...]:
    """Labels of sizes; argparse tells what it raises."""
    from bench.generator import SIZES

    labels = tuple(text.split(","))
    for label in labels:
        if label not in SIZES:
            raise argparse.ArgumentTypeError(f"no size {label!r}; there are {', '.join(SIZES)}")
    return labels


def _run(parts: Mapping[str, Callable[[Path], bool]], chosen: list[str], folder: Path) -> int:
    unknown = [name for name in chosen if name not in parts]
    if unknown:
        print(f"bench: no part {unknown[0]!r}; there are {', '.join(parts)}", file=sys.stderr)
        return 2
    done = [parts[name](folder) for name in chosen]
    return 0 if all(done) else 1


def _parts(options: argparse.Namespace) -> dict[str, Callable[[Path], bool]]:
    """Each part in full. What a part needs is imported when it runs."""
    from bench import generator

    sizes = {label: generator.SIZES[label] for label in options.sizes}

    def queries(folder: Path) -> bool:
        from bench import queries

        return queries.main(folder, queries.Plan(sizes))

    def screen(folder: Path) -> bool:
        from bench import screen

        return screen.main(folder)

    def load(folder: Path) -> bool:
        from bench import load

        return load.main(folder)

    def soak(folder: Path) -> bool:
        from bench import soak

        return soak.main(folder)

    def importing(folder: Path) -> bool:
        from bench import importing

        return importing.main(folder)

    def cubes(folder: Path) -> bool:
        from bench import cubes

        return cubes.main(folder, cubes.Plan(sizes))

    return {one.__name__: one for one in (queries, screen, load, soak, importing, cubes)}


def _short_parts() -> dict[str, Callable[[Path], bool]]:
    """The same parts, tiny."""

    def queries(folder: Path) -> bool:
        from bench import queries

        sizes = {"10k": SHORT_DEALS // 2, "20k": SHORT_DEALS}
        plan = queries.Plan(sizes, folder / "data", {0: 1}, 1, 1, with_all_panels=False)
        return queries.main(folder, plan)

    def screen(folder: Path) -> bool:
        from bench import screen

        return screen.main(folder, screen.SHORT)

    def load(folder: Path) -> bool:
        from bench import load

        return load.main(folder, load.SHORT)

    def soak(folder: Path) -> bool:
        from bench import soak

        return soak.main(folder, soak.SHORT)

    def importing(folder: Path) -> bool:
        from bench import importing

        return importing.main(folder, importing.SHORT_ROWS)

    def cubes(folder: Path) -> bool:
        from bench import cubes

        return cubes.main(folder, cubes.Plan({"20k": SHORT_DEALS}, folder / "data", 1))

    return {one.__name__: one for one in (queries, screen, load, soak, importing, cubes)}


if __name__ == "__main__":
    sys.exit(main())
