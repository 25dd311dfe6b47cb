"""The forms agree with the model, and say what a template and a clerk need."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from analytics.model import DATASETS, RECORDS
from analytics.records.forms import FORMS
from analytics.records.types import Field, Form
from analytics.records.values import Context, References, reader_for
from analytics.records.wording import has_han, plain
from tests.tables import HOME

FIELDS = [(form, field) for form in FORMS.values() for field in form.fields]
NAMES = [f"{form.dataset}.{field.name}" for form, field in FIELDS]
each_form = pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
each_field = pytest.mark.parametrize(("form", "field"), FIELDS, ids=NAMES)


def test_every_stored_dataset_and_the_published_series_has_a_form() -> None:
    assert set(FORMS) == {*RECORDS, "tech_market"}


@each_form
def test_every_stored_column_can_be_filled(form: Form) -> None:
    filled = {field.column for field in form.fields}
    filled |= {column for field in form.fields for column in field.also.values()}
    assert filled == {column.name for column in DATASETS[form.dataset].columns}


@each_form
def test_what_the_model_requires_is_required(form: Form) -> None:
    """By a field, by one of a group, or by being the same as another field."""
    columns = {field.name: field.column for field in form.fields}
    held = {field.column for field in form.fields if field.required}
    held |= {columns[name] for group in form.alternatives for name in group}
    held |= form.derived.keys()
    dataset = DATASETS[form.dataset]
    assert {column.name for column in dataset.columns if column.required} <= held
    for key in dataset.key:
        named = {field.name for field in form.fields if field.column == key}
        assert held & {key} or not named or form.dataset == "targets"


@each_form
def test_groups_orders_and_derived_columns_name_fields(form: Form) -> None:
    names = {field.name: field for field in form.fields}
    assert len(names) == len(form.fields)
    for group in form.alternatives:
        assert set(group) <= names.keys()
        assert names[group[0]].column in DATASETS[form.dataset].key
    for pair in form.ordered:
        assert all(names[name].kind == "date" for name in pair)
    assert set(form.derived) | set(form.derived.values()) <= names.keys()


def test_a_deal_needs_an_id_or_a_registration_a_date_a_value_and_a_type() -> None:
    form = FORMS["deals"]
    assert form.alternatives == (("deal_id", "registration_no"),)
    assert {f.name for f in form.fields if f.required} == {
        "signed_on",
        "value_cny",
        "contract_type",
    }


@each_form
def test_headers_of_a_template_tell_its_fields_apart(form: Form) -> None:
    for said in ([field.zh for field in form.fields], [field.en for field in form.fields]):
        assert max(Counter(plain(word) for word in said).values()) == 1


@each_field
def test_synonyms_are_no_other_fields_own_name(form: Form, field: Field) -> None:
    own = {plain(f.zh): f.name for f in form.fields} | {plain(f.en): f.name for f in form.fields}
    for word in field.synonyms:
        assert own.get(plain(word), field.name) == field.name, word
        assert "{" not in word


@each_field
def test_texts_are_in_their_language(form: Form, field: Field) -> None:
    assert has_han(field.zh) or field.zh.isascii()
    assert not has_han(field.en + field.about_en)
    assert bool(field.about_zh) == bool(field.about_en)
    assert not re.search(r"[,;:()]", field.about_zh)


@each_field
def test_a_field_agrees_with_its_column(form: Form, field: Field) -> None:
    columns = {column.name: column for column in DATASETS[form.dataset].columns}
    column = columns[field.column]
    if field.name == column.name:
        assert field.values == column.values
    kinds = {
        "DATE": {"date"},
        "BOOLEAN": {"boolean"},
        "INTEGER": {"integer", "year"},
        "DOUBLE": {"number", "longitude", "latitude"},
        "DECIMAL(18,2)": {"money"},
    }
    words = {"text", "name", "code", "organisation", "uscc", "place", "country", "industry", "link"}
    assert field.kind in kinds.get(column.type, words)
    assert set(field.also.values()) <= columns.keys()
    assert (field.kind == "date") == ("precision" in field.also)
    assert field.unit == ("万元" if field.kind == "money" else column.unit)
    if field.name.endswith("_name"):
        assert field.reference and field.column.endswith("_id")


@each_field
def test_an_example_reads_as_its_field(form: Form, field: Field) -> None:
    if not field.example:
        return
    level = "country" if form.dataset == "targets" else ""
    context = Context(References.load(HOME), unit=field.unit, level=level)
    read = reader_for(field, context).read(field.example, "t", 2024)
    assert not read.problem, read
    assert read.values["value"] is not None


@each_form
def test_required_fields_have_an_example(form: Form) -> None:
    required = {field.name for field in form.fields if field.required}
    groups = [group for group in form.alternatives if not required & set(group)]
    assert all(form.field(name).example for name in required | {group[0] for group in groups})


def test_invented_names_look_invented() -> None:
    for form, field in FIELDS:
        if field.kind in ("organisation", "name") and field.example:
            assert field.example.startswith("示例"), (form.dataset, field.name)
