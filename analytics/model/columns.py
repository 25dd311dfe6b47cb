"""Names and units of the columns that query files return beyond measures and dimensions."""

from analytics.model.types import Output

OUTPUTS: dict[str, Output] = {
    output.name: output
    for output in (
        Output("period", "期间", "Period"),
        Output("incomplete", "未完整", "Incomplete"),
        Output("edition", "届次", "Edition"),
        Output("year", "年份", "Year"),
        Output("industry", "产业", "Industry", labels="industries"),
        Output("contract_type", "合同类别", "Contract type", labels="contract_types"),
        Output("technical_field", "技术领域", "Technical field", labels="technical_fields"),
        Output("from_city", "卖方城市", "Seller's city", labels="regions"),
        Output("to_city", "买方城市", "Buyer's city", labels="regions"),
        Output("from_lon", "卖方经度", "Seller's longitude"),
        Output("from_lat", "卖方纬度", "Seller's latitude"),
        Output("to_lon", "买方经度", "Buyer's longitude"),
        Output("to_lat", "买方纬度", "Buyer's latitude"),
        Output("contracts", "合同数", "Contracts", "count"),
        Output("value", "成交额", "Contract value", "cny"),
        Output("bin_low", "区间下限", "From", "cny"),
        Output("bin_high", "区间上限", "Below", "cny"),
        Output("q1", "下四分位", "Lower quartile", "cny"),
        Output("median", "中位数", "Median", "cny"),
        Output("q3", "上四分位", "Upper quartile", "cny"),
        Output("p90", "90%分位", "90th percentile", "cny"),
        Output("top_share", "前10名金额占比", "Share of the top 10", "share"),
        Output("gini", "基尼系数", "Gini coefficient", "ratio"),
    )
}
