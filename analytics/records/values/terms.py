"""Codes and industries, by code, name or synonym."""

from __future__ import annotations

from analytics.records.types import Field, Read
from analytics.records.values.base import Context, Reader, folded
from analytics.records.values.references import CodeList, Seeker


class CodeReader(Reader):
    """Reads a code of a list: its code, its name in either language, or a synonym."""

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare the words of the field's list."""
        super().__init__({"value": "VARCHAR"})
        name = field.labels or field.reference.split(".")[0]
        self.list = context.references.codes(name) if name else CodeList({}, {})
        if field.values:
            self.list = self.list.only(field.values)
        self.seeker = Seeker(self.list, "code_unknown", "code_unknown_near")

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The code that a cell means."""
        code = self.code(said)
        return Read({"value": code}) if isinstance(code, str) else code

    def code(self, said: str) -> str | Read:
        """The one code that a word means, or the refusal."""
        codes = self.list.find(said)
        if not codes and said.endswith(".0"):
            codes = self.list.find(said.removesuffix(".0"))  # a number code in a column of decimals
        if len(codes) == 1:
            return codes[0]
        if codes:
            return self.seeker.choice(codes, "code_ambiguous")
        return self.seeker.refusal(said)


class IndustryReader(CodeReader):
    """Reads an industry: `value` is its area, `subindustry` its subclass where one is named.

    A field that fills the column `subindustry` gets the subclass itself as `value`.
    """

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare the words of areas and subclasses."""
        super().__init__(field, context)
        self.list = context.references.codes("industries")
        self.seeker = Seeker(self.list, "industry_unknown", "industry_unknown_near")
        self.roles = {"value": "VARCHAR", "subindustry": "VARCHAR"}
        self.subclass = field.column == "subindustry"
        self.kept = "subindustry" in field.also

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The area and subclass that a cell means."""
        code = self._code(said)
        if isinstance(code, Read):
            return code
        area, _, below = code.partition(".")
        if self.subclass:
            if below:
                return Read({"value": code, "subindustry": code})
            parts = tuple(c for c in self.list.codes if c.startswith(f"{area}."))
            return self.seeker.choice(parts, "industry_not_subclass")
        values: dict[str, object] = {"value": area, "subindustry": code if below else None}
        if below and not self.kept:
            zh, en = self.list.labels[area]
            return Read(values, note="industry_raised", details={"kept": zh, "kept_en": en})
        return Read(values)

    def _code(self, said: str) -> str | Read:
        """A code may stand before its name: 4.1 生物医药产业."""
        codes = self.list.find(said)
        if not codes:
            head, _, rest = folded(said).partition(" ")
            beside = self.list.find(rest.strip(" -—:、")) if rest else ()
            if beside and self.list.find(head) == beside:
                return beside[0]
        return self.code(said)
