"""The national technology market by province, as the yearbook printed it."""

from analytics.model.dimensions import PROVINCE
from analytics.model.types import Column, Dataset, Dimension, Measure

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
            "sum",
            "cny",
            "输出技术成交额",
            "Output value",
            "按卖方所在地统计的技术合同成交额，出自《中国科技统计年鉴》；不含全国合计行。",
            "Value of technology contracts by the seller's province, from the China Science "
            "and Technology Statistical Yearbook; the national row is left out.",
            sql="sum(value_cny) filter (where basis = 'output' and adcode <> '100000')",
        ),
        Measure(
            "tech_market.absorbed",
            "sum",
            "cny",
            "吸纳技术成交额",
            "Absorbed value",
            "按买方所在地统计的技术合同成交额，出自《中国科技统计年鉴》；不含全国合计行。",
            "Value of technology contracts by the buyer's province, from the same yearbook; "
            "the national row is left out.",
            sql="sum(value_cny) filter (where basis = 'absorbed' and adcode <> '100000')",
        ),
        Measure(
            "tech_market.output_contracts",
            "sum",
            "count",
            "输出技术合同数",
            "Output contracts",
            "按卖方所在地统计的技术合同数；不含全国合计行。",
            "Technology contracts by the seller's province; the national row is left out.",
            sql="sum(contracts) filter (where basis = 'output' and adcode <> '100000')",
            counted_zh="项",
        ),
        Measure(
            "tech_market.national",
            "sum",
            "cny",
            "全国成交额",
            "National value",
            "年鉴全国合计行的技术合同成交额，含各省以外的部分。",
            "The yearbook's national row, which holds more than the provinces.",
            sql="sum(value_cny) filter (where basis = 'output' and adcode = '100000')",
        ),
        Measure(
            "tech_market.national_contracts",
            "sum",
            "count",
            "全国合同数",
            "National contracts",
            "年鉴全国合计行的技术合同数。",
            "Contracts in the yearbook's national row.",
            sql="sum(contracts) filter (where basis = 'output' and adcode = '100000')",
            counted_zh="项",
        ),
    ),
    dimensions=(PROVINCE, Dimension("year", "year", "年份", "Year")),
    columns=(
        Column("year", "INTEGER", "年份", "Year", required=True),
        Column(
            "adcode",
            "VARCHAR",
            "地区代码",
            "Region code",
            required=True,
            reference="regions.adcode",
        ),
        Column("basis", "VARCHAR", "口径", "Basis", required=True, values=("output", "absorbed")),
        Column("contracts", "INTEGER", "合同数", "Contracts", unit="项"),
        Column("value_cny", "DECIMAL(18,2)", "成交额", "Value", unit="元"),
    ),
)
