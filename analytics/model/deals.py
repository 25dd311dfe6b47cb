"""Deals: the contracts the association brought about."""

from analytics.model.codes import CHANNELS, CONTRACT_TYPES
from analytics.model.dimensions import CHANNEL, EDITION, INDUSTRY, PLACES, SUBINDUSTRY
from analytics.model.precisions import precision
from analytics.model.types import Choice, Column, Dataset, Dimension, Measure, Parent

_SPECIAL = "('810000', '820000', '710000')"
_OUTSIDE = (
    "case when {side}_country <> 'CN' then 'foreign' "
    "when substr({side}_adcode, 1, 2) || '0000' in " + _SPECIAL + " then 'hmt' end"
)

DEALS = Dataset(
    name="deals",
    zh="技术合同",
    en="Deals",
    grain="One row per contract.",
    key=("deal_id",),
    time="signed_on",
    regions={"from": "seller_adcode", "to": "buyer_adcode"},
    industry="industry",
    subindustry="subindustry",
    parents=(Parent("projects", "project_id", ("subindustry",)),),
    registration="registration_no",
    amounts={"": "value_cny", "registered": "value_cny", "technical": "technical_value_cny"},
    extra={
        "crossing": f"coalesce({_OUTSIDE.format(side='seller')}, {_OUTSIDE.format(side='buyer')}, "
        "'mainland')",
    },
    measures=(
        Measure(
            "deals.value",
            "sum",
            "cny",
            "成交额",
            "Contract value",
            "期间内签订合同的金额之和；口径为“技术交易额”时只计其中的技术部分。",
            "Value of contracts signed in the period; on the technical basis only their "
            "technical part.",
            sql="sum(amount_cny)",
        ),
        Measure(
            "deals.contracts",
            "sum",
            "count",
            "合同数",
            "Contracts",
            "期间内签订的合同数。",
            "Contracts signed in the period.",
            sql="count(*)",
            counted_zh="项",
        ),
        Measure(
            "deals.average",
            "ratio",
            "cny",
            "平均单笔成交",
            "Average deal",
            "成交额 ÷ 合同数。",
            "Contract value over contracts.",
            numerator="deals.value",
            denominator="deals.contracts",
        ),
        Measure(
            "deals.median",
            "quantile",
            "cny",
            "单笔中位数",
            "Median deal",
            "一半合同的金额不超过此数。",
            "Half of the contracts are at most this.",
            sql="median(amount_cny)",
        ),
        Measure(
            "deals.crossing_value",
            "sum",
            "cny",
            "跨境成交额",
            "Cross-border value",
            "一方在内地以外（港澳台或国外）的合同金额之和。",
            "Value of contracts with one side outside the mainland: Hong Kong, Macao, "
            "Taiwan or abroad.",
            sql="sum(amount_cny) filter (where crossing <> 'mainland')",
        ),
        Measure(
            "deals.crossing_share",
            "ratio",
            "share",
            "跨境成交占比",
            "Cross-border share",
            "跨境成交额 ÷ 成交额。",
            "Cross-border value over contract value.",
            numerator="deals.crossing_value",
            denominator="deals.value",
        ),
        Measure(
            "deals.at_events",
            "sum",
            "count",
            "活动促成合同",
            "Contracts from events",
            "注明由某场活动促成的合同数。",
            "Contracts that name the event they came from.",
            sql="count(*) filter (where event_id is not null)",
            counted_zh="项",
        ),
        Measure(
            "deals.per_event",
            "ratio",
            "per_unit",
            "每场活动促成合同",
            "Contracts per event",
            "活动促成合同数 ÷ 活动场次。",
            "Contracts from events over events held.",
            numerator="deals.at_events",
            denominator="events.events",
            counted_zh="项",
        ),
    ),
    dimensions=(
        CHANNEL,
        EDITION,
        INDUSTRY,
        SUBINDUSTRY,
        *PLACES,
        Dimension(
            "seller_province",
            "substr(seller_adcode, 1, 2) || '0000'",
            "卖方省级地区",
            "Seller's province",
            "regions",
            column="seller_adcode",
            level="province",
        ),
        Dimension(
            "buyer_province",
            "substr(buyer_adcode, 1, 2) || '0000'",
            "买方省级地区",
            "Buyer's province",
            "regions",
            column="buyer_adcode",
            level="province",
        ),
        Dimension("contract_type", "contract_type", "合同类别", "Contract type", "contract_types"),
        Dimension(
            "technical_field", "technical_field", "技术领域", "Technical field", "technical_fields"
        ),
        Dimension("crossing", "crossing", "境内外", "Mainland or beyond", "crossings"),
        Dimension("base", "base_id", "成果转化基地", "Transfer base", "bases"),
    ),
    choices=(
        Choice("channels", "channel"),
        Choice("editions", "edition"),
        Choice("contract_types", "contract_type"),
        Choice("technical_fields", "technical_field"),
    ),
    columns=(
        Column("deal_id", "VARCHAR", "合同编号", "Deal id", required=True),
        Column("registration_no", "VARCHAR", "合同登记编号", "Registration no."),
        Column("project_id", "VARCHAR", "项目编号", "Project id", reference="projects.project_id"),
        Column(
            "edition", "INTEGER", "届次（年）", "Edition (year)", reference="expo_editions.edition"
        ),
        Column("signed_on", "DATE", "签订日期", "Signed on", required=True),
        precision("signed", "日期精度", "Date precision"),
        Column(
            "contract_type",
            "VARCHAR",
            "合同类别",
            "Contract type",
            required=True,
            values=CONTRACT_TYPES,
            labels="contract_types",
        ),
        Column(
            "technical_field",
            "VARCHAR",
            "技术领域",
            "Technical field",
            reference="technical_fields.code",
        ),
        Column("industry", "VARCHAR", "产业", "Industry", reference="industries.code"),
        Column(
            "seller_id",
            "VARCHAR",
            "卖方编号",
            "Seller id",
            reference="organisations.organisation_id",
        ),
        Column(
            "seller_adcode", "VARCHAR", "卖方地区代码", "Seller region", reference="regions.adcode"
        ),
        Column(
            "seller_country",
            "VARCHAR",
            "卖方国家代码",
            "Seller country",
            reference="countries.alpha2",
        ),
        Column(
            "buyer_id", "VARCHAR", "买方编号", "Buyer id", reference="organisations.organisation_id"
        ),
        Column(
            "buyer_adcode", "VARCHAR", "买方地区代码", "Buyer region", reference="regions.adcode"
        ),
        Column(
            "buyer_country",
            "VARCHAR",
            "买方国家代码",
            "Buyer country",
            reference="countries.alpha2",
        ),
        Column(
            "value_cny", "DECIMAL(18,2)", "合同成交额", "Contract value", required=True, unit="元"
        ),
        Column("value_note", "VARCHAR", "金额说明", "Value note"),
        Column("technical_value_cny", "DECIMAL(18,2)", "技术交易额", "Technical value", unit="元"),
        Column("channel", "VARCHAR", "渠道", "Channel", values=CHANNELS, labels="channels"),
        Column("event_id", "VARCHAR", "活动编号", "Event id", reference="events.event_id"),
        Column("base_id", "VARCHAR", "成果转化基地编号", "Base id", reference="bases.base_id"),
    ),
)
