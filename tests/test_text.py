"""Texts: both languages, every key used is there and every key there is used."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from analytics.model import DATASETS
from analytics.model.columns import OUTPUTS
from analytics.text import LANGUAGES, texts

ROOT = Path(__file__).parent.parent
CHINESE = re.compile(r"[一-鿿]")
LATIN_ALLOWED = re.compile(
    r"\{[^}]*\}|CSV|XLSX|PNG|PPTX|TransferScope|PDF|TRL|GS|JSON|Parquet|TRANSFERSCOPE_DATA|"
    r"python -m analytics demo|gba|delta|log|Clopper–Pearson|MOVER|DuckDB|"
    r"Excel|settings\.toml|\[import\] enabled = true|SQL|Aalen–Johansen|Kaplan–Meier|95%|R&D|KPI"
)
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("analytics", "pages")
    for path in sorted((ROOT / folder).rglob("*.py"))
) + (ROOT / "app.py").read_text(encoding="utf-8")


def test_every_key_has_both_languages_and_the_same_values_to_fill_in() -> None:
    for key, pair in texts().items():
        assert set(pair) == set(LANGUAGES), key
        names = [
            {name for _, name, _, _ in string.Formatter().parse(pair[language]) if name}
            for language in LANGUAGES
        ]
        assert names[0] == names[1], f"{key} fills in different values"
        assert all(pair[language].strip() for language in LANGUAGES), key


def test_chinese_texts_are_chinese_and_english_ones_english() -> None:
    for key, pair in texts().items():
        assert not CHINESE.search(pair["en"]), f"{key}: Chinese in the English text"
        if key.startswith(("page.allowed_", "errors.")):
            continue
        rest = LATIN_ALLOWED.sub("", pair["zh"])
        assert not re.search(r"[A-Za-z]{4,}", rest), f"{key}: English in the Chinese text: {rest}"
        assert '"' not in pair["zh"], f"{key}: use Chinese quotation marks"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_speaks_both_languages(language: str) -> None:
    for dataset in DATASETS.values():
        things = [dataset, *dataset.columns, *dataset.measures, *dataset.dimensions]
        for thing in [*things, *OUTPUTS.values()]:
            name = getattr(thing, language)
            assert name, thing
            assert bool(CHINESE.search(name)) == (language == "zh"), name
        for measure in dataset.measures:
            assert getattr(measure, f"{language}_definition").endswith(("。", ".")), measure.name


def test_every_literal_key_in_the_code_exists() -> None:
    files = {key.split(".")[0] for key in texts()}
    pattern = r"""(?:say|text)\(\s*["']([a-z_]+\.[A-Za-z_0-9-]+)["']"""
    for key in re.findall(pattern, SOURCES):
        if key.split(".")[0] in files:
            assert key in texts(), f"{key} is used and does not exist"


def test_no_text_is_left_that_nothing_uses() -> None:
    for key in texts():
        page, _, name = key.partition(".")
        if page == "codes":
            continue
        stem = re.sub(r"_(sub|note)$", "", name)
        parts = [f"{page}.{name}", f"{page}.{stem}", f'"{name}"', f"'{name}'"]
        dynamic = [f"{page}.{name[:cut]}" + "{" for cut in range(len(name) + 1)]
        dynamic += [f".{name[:cut]}" + "{" for cut in range(5, len(name) + 1)]
        parts.append("}." + name)
        generic = name in ("title", "question", "nav", "source")
        assert generic or any(part in SOURCES for part in [*parts, *dynamic]), f"{key} is unused"
