"""Organisations: who shows, sells, buys and hosts."""

from analytics.model.codes import ORGANISATION_KINDS, TIERS
from analytics.model.types import Column, Dataset

ORGANISATIONS = Dataset(
    name="organisations",
    zh="机构",
    en="Organisations",
    grain="One row per organisation.",
    key=("organisation_id",),
    regions={"from": "adcode"},
    columns=(
        Column("organisation_id", "VARCHAR", "机构编号", "Organisation id", required=True),
        Column("name", "VARCHAR", "机构名称", "Name", required=True),
        Column("uscc", "VARCHAR", "统一社会信用代码", "Credit code"),
        Column(
            "kind",
            "VARCHAR",
            "机构类型",
            "Kind",
            values=ORGANISATION_KINDS,
            labels="organisation_kinds",
        ),
        Column("adcode", "VARCHAR", "所在地区代码", "Region code", reference="regions.adcode"),
        Column("country", "VARCHAR", "国家代码", "Country", reference="countries.alpha2"),
        Column("tier", "VARCHAR", "企业梯队", "Enterprise tier", values=TIERS, labels="tiers"),
    ),
)
