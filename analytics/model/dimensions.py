"""Dimensions that many datasets share."""

from analytics.model.types import Dimension

INDUSTRY = Dimension(
    "industry",
    "split_part(industry, '.', 1)",
    "产业",
    "Industry",
    "industries",
    column="industry",
    level="area",
)
SUBINDUSTRY = Dimension(
    "subindustry",
    "subindustry",
    "产业细分",
    "Subclass",
    "industries",
    column="industry",
    level="subclass",
)
"""The subclass comes with the industry: what knows the one to its last place knows the other."""
PROVINCE = Dimension(
    "province",
    "substr(region, 1, 2) || '0000'",
    "省级地区",
    "Province",
    "regions",
    column="region",
    level="province",
)
CITY = Dimension(
    "city",
    """case
        when region in ('810000', '820000') then region
        when substr(region, 3, 4) = '0000' then null
        when substr(region, 3, 2) = '90' then region
        else substr(region, 1, 4) || '00'
    end""",
    "城市",
    "City",
    "regions",
    column="region",
    level="city",
)
DISTRICT = Dimension(
    "district",
    "case when substr(region, 5, 2) <> '00' and substr(region, 3, 2) <> '90' then region end",
    "区县",
    "District",
    "regions",
    column="region",
    level="district",
)
PLACES = (PROVINCE, CITY, DISTRICT)
CHANNEL = Dimension("channel", "channel", "渠道", "Channel", "channels")
EDITION = Dimension("edition", "edition", "届次", "Edition")
