"""The national technology market by province, as the yearbook printed it."""

from analytics.model.dimensions import PROVINCE
from analytics.model.types import Column, Dataset, Dimension, Measure

_PROVINCES = "adcode <> '100000'"
_NATION = "adcode = '100000'"
_SOLD = f"basis = 'output' and {_PROVINCES}"
_BOUGHT = f"basis = 'absorbed' and {_PROVINCES}"

TECH_MARKET = Dataset(
    name="tech_market",
    zh="全国技术市场",
    en="National technology market",
    grain="One row per province (or the nation), year and basis.",
    key=("year", "adcode", "basis"),
    time="year_end",
    regions={"from": "adcode"},
    extra={"year_end": "make_date(d.year, 12, 31)"},
    published=True,
    measures=(
        Measure(
            "tech_market.output",
            "printed",
            "cny",
            "输出成交额",
            "Output value",
            "按卖方所在地统计的技术合同成交额，出自《中国科技统计年鉴》；不含全国合计行。"
            "年鉴未列的年份和地区为空，不作零处理，也不内插。",
            "Value of technology contracts by the seller's province, from the China Science "
            "and Technology Statistical Yearbook; the national row is left out. What the yearbook "
            "does not print stays blank: it is neither zero nor interpolated.",
            sql=f"sum(value_cny) filter (where {_SOLD})",
        ),
        Measure(
            "tech_market.absorbed",
            "printed",
            "cny",
            "吸纳成交额",
            "Absorbed value",
            "按买方所在地统计的技术合同成交额，出自《中国科技统计年鉴》；不含全国合计行。",
            "Value of technology contracts by the buyer's province, from the same yearbook; "
            "the national row is left out.",
            sql=f"sum(value_cny) filter (where {_BOUGHT})",
        ),
        Measure(
            "tech_market.net",
            "printed",
            "cny",
            "净输出额",
            "Net output",
            "输出成交额减吸纳成交额：为正是净输出，为负是净吸纳；两者缺一则为空。",
            "Output less absorbed value: positive where a province sells more than it buys; "
            "blank where either is not printed.",
            sql=f"sum(value_cny) filter (where {_SOLD}) - sum(value_cny) filter (where {_BOUGHT})",
        ),
        Measure(
            "tech_market.output_contracts",
            "printed",
            "count",
            "输出合同数",
            "Output contracts",
            "按卖方所在地统计的技术合同数；不含全国合计行。",
            "Technology contracts by the seller's province; the national row is left out.",
            sql=f"sum(contracts) filter (where {_SOLD})",
            counted_zh="项",
        ),
        Measure(
            "tech_market.average",
            "ratio",
            "cny",
            "平均单份金额",
            "Average contract",
            "输出成交额除以输出合同数。",
            "Output value divided by output contracts.",
            numerator="tech_market.output",
            denominator="tech_market.output_contracts",
        ),
        Measure(
            "tech_market.national",
            "printed",
            "cny",
            "全国成交额",
            "National value",
            "年鉴全国合计行的技术合同成交额；合计行另含港澳台及其他，各省之和不等于全国。",
            "The yearbook's national row, which also counts Hong Kong, Macao, Taiwan and others: "
            "the provinces do not sum to it.",
            sql=f"sum(value_cny) filter (where basis = 'output' and {_NATION})",
        ),
        Measure(
            "tech_market.national_contracts",
            "printed",
            "count",
            "全国合同数",
            "National contracts",
            "年鉴全国合计行的技术合同数。",
            "Contracts in the yearbook's national row.",
            sql=f"sum(contracts) filter (where basis = 'output' and {_NATION})",
            counted_zh="项",
        ),
        Measure(
            "tech_market.national_average",
            "ratio",
            "cny",
            "全国平均单份金额",
            "Average contract, nation",
            "全国成交额除以全国合同数。",
            "National value divided by national contracts.",
            numerator="tech_market.national",
            denominator="tech_market.national_contracts",
        ),
    ),
    dimensions=(PROVINCE, Dimension("year", "year", "年份", "Year")),
    columns=(
        Column("year", "INTEGER", "年份", "Year", required=True),
        Column(
            "adcode",
            "VARCHAR",
            "地区",
            "Region",
            required=True,
            reference="regions.adcode",
        ),
        Column(
            "basis",
            "VARCHAR",
            "口径",
            "Basis",
            required=True,
            values=("output", "absorbed"),
            labels="market_sides",
        ),
        Column("contracts", "INTEGER", "合同数", "Contracts", unit="项"),
        Column("value_cny", "DECIMAL(18,2)", "成交额", "Value", unit="元"),
    ),
)
