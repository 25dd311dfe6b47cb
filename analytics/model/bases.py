"""Transfer bases and their yearly returns."""

from analytics.model.codes import ORGANISATION_KINDS
from analytics.model.deals import DEALS
from analytics.model.dimensions import INDUSTRY, PLACES
from analytics.model.precisions import precision
from analytics.model.types import Column, Dataset, Dimension, Measure, Parent

_HOST = Dimension("host_kind", "host_kind", "依托单位类型", "Host kind", "organisation_kinds")

BASES = Dataset(
    name="bases",
    zh="成果转化基地",
    en="Transfer bases",
    grain="One row per transfer base.",
    key=("base_id",),
    time="opened_on",
    regions={"from": "adcode"},
    opened="opened_on",
    closed="closed_on",
    extra={
        "in_other_gba": "adcode in (select adcode from regions where in_gba = 1) "
        "and substr(adcode, 1, 4) <> '4401'",
    },
    measures=(
        Measure(
            "bases.open",
            "stock",
            "count",
            "成果转化基地",
            "Transfer bases",
            "期末已设立且未撤销的基地数。",
            "Bases open on the period's last day.",
            sql="count(*)",
            counted_zh="家",
        ),
        Measure(
            "bases.in_other_gba",
            "stock",
            "count",
            "广州以外大湾区基地",
            "Bases in other GBA cities",
            "期末在营基地中，位于广州以外大湾区城市的数量。",
            "Open bases in cities of the Greater Bay Area other than Guangzhou.",
            sql="count(*) filter (where in_other_gba)",
            counted_zh="家",
        ),
        Measure(
            "bases.opened",
            "sum",
            "count",
            "新设基地",
            "Bases opened",
            "期间内设立的基地数。",
            "Bases that opened in the period.",
            sql="count(*)",
            counted_zh="家",
        ),
    ),
    dimensions=(_HOST, *PLACES),
    columns=(
        Column("base_id", "VARCHAR", "基地编号", "Base id", required=True),
        Column("name", "VARCHAR", "基地名称", "Name", required=True),
        Column(
            "host_kind",
            "VARCHAR",
            "依托单位类型",
            "Host kind",
            values=ORGANISATION_KINDS,
            labels="organisation_kinds",
        ),
        Column("adcode", "VARCHAR", "所在地区代码", "Region code", reference="regions.adcode"),
        Column("lon", "DOUBLE", "经度", "Longitude", unit="°"),
        Column("lat", "DOUBLE", "纬度", "Latitude", unit="°"),
        Column("opened_on", "DATE", "设立日期", "Opened on", required=True),
        precision("opened", "设立日期精度", "Opening date precision"),
        Column("closed_on", "DATE", "撤销日期", "Closed on"),
        precision("closed", "撤销日期精度", "Closing date precision"),
    ),
)

BASE_RETURNS = Dataset(
    name="base_returns",
    zh="基地年报",
    en="Base returns",
    grain="One row per transfer base and year.",
    key=("base_id", "year"),
    parents=(Parent("bases", "base_id", ("adcode", "host_kind")),),
    time="returned_on",
    regions={"from": "adcode"},
    extra={"returned_on": "make_date(d.year, 12, 31)"},
    measures=(
        Measure(
            "base_returns.demands",
            "sum",
            "count",
            "征集需求",
            "Demands collected",
            "期间内各年年报的征集需求数之和。",
            "Demands of the yearly returns.",
            sql="sum(demands)",
            counted_zh="项",
        ),
        Measure(
            "base_returns.matches",
            "sum",
            "count",
            "促成对接",
            "Matches made",
            "期间内各年年报的促成对接数之和。",
            "Matches of the yearly returns.",
            sql="sum(matches)",
            counted_zh="项",
        ),
        Measure(
            "base_returns.landings",
            "sum",
            "count",
            "基地落地项目",
            "Landings of bases",
            "期间内各年年报的落地项目数之和。",
            "Landings of the yearly returns.",
            sql="sum(landings)",
            counted_zh="项",
        ),
        Measure(
            "base_returns.value",
            "sum",
            "cny",
            "基地成交额",
            "Value of bases",
            "期间内各年年报的成交额之和。",
            "Value of the yearly returns.",
            sql="sum(value_cny)",
        ),
    ),
    dimensions=(
        _HOST,
        *PLACES,
        Dimension("base", "base_id", "成果转化基地", "Transfer base", "bases"),
    ),
    columns=(
        Column(
            "base_id", "VARCHAR", "基地编号", "Base id", required=True, reference="bases.base_id"
        ),
        Column("year", "INTEGER", "年份", "Year", required=True),
        Column("demands", "INTEGER", "征集需求", "Demands collected", unit="项"),
        Column("matches", "INTEGER", "促成对接", "Matches made", unit="项"),
        Column("landings", "INTEGER", "落地项目", "Landings", unit="项"),
        Column("value_cny", "DECIMAL(18,2)", "成交额", "Value", unit="元"),
        Column("value_note", "VARCHAR", "金额说明", "Value note"),
    ),
)

BASE_CLOSINGS = Dataset(
    name="base_closings",
    zh="基地撤销记录",
    en="Closings of bases",
    grain="One row per transfer base that closed, on the day it did.",
    key=("base_id",),
    view="base_closings",
    time="closed_on",
    regions={"from": "adcode"},
    measures=(
        Measure(
            "base_closings.closed",
            "sum",
            "count",
            "撤销基地",
            "Bases closed",
            "期间内撤销的基地数。",
            "Bases that closed in the period.",
            sql="count(*)",
            counted_zh="家",
        ),
    ),
    dimensions=(_HOST, *PLACES),
)

FAR_KM = 50
"""A buyer's city further than this from every open base has none near."""

DEAL_DISTANCES = Dataset(
    name="deal_distances",
    zh="合同与最近基地的距离",
    en="Contracts and their nearest base",
    grain="One row per contract whose buyer's city is known.",
    key=("deal_id",),
    view="deal_distances",
    parents=DEALS.parents,
    time="signed_on",
    regions={"to": "buyer_adcode"},
    industry="industry",
    subindustry="subindustry",
    registration="registration_no",
    amounts=DEALS.amounts,
    choices=DEALS.choices,
    extra={"is_far": f"d.nearest_km is null or d.nearest_km > {FAR_KM}"},
    measures=(
        Measure(
            "deal_distances.value",
            "sum",
            "cny",
            "买方城市已知的成交额",
            "Value with a known buyer's city",
            "期间内签订、买方所在城市已注明的合同金额之和；地区指买方所在地。",
            "Value of contracts signed in the period whose buyer's city is known; the region is "
            "the buyer's.",
            sql="sum(amount_cny)",
        ),
        Measure(
            "deal_distances.far_value",
            "sum",
            "cny",
            "远离基地的成交额",
            "Value far from a base",
            "其中买方城市与签约当日各在营基地均相距 50 公里以上的合同金额之和。",
            "Of these, the value whose buyer's city lay over 50 km from every base open on the day "
            "of signing.",
            sql="sum(amount_cny) filter (where is_far)",
        ),
        Measure(
            "deal_distances.far_share",
            "ratio",
            "share",
            "50 公里内无基地占比",
            "Share without a base near",
            "买方城市 50 公里内当日没有在营基地的成交额 ÷ 买方城市已知的成交额；"
            "距离为城市代表点到基地的球面距离。",
            "Value whose buyer's city had no open base within 50 km on the day of signing, over "
            "all value with a known buyer's city; great-circle distance from the city's "
            "reference point.",
            numerator="deal_distances.far_value",
            denominator="deal_distances.value",
        ),
    ),
    dimensions=(INDUSTRY, *PLACES),
)
