"""Projects and the stages they enter; landings are derived from them."""

from analytics.model.codes import CHANNELS, OUTCOMES, STAGES
from analytics.model.dimensions import CHANNEL, EDITION, INDUSTRY, PLACES, SUBINDUSTRY
from analytics.model.precisions import precision
from analytics.model.types import Choice, Column, Dataset, Dimension, Measure, Parent

_CHOICES = (Choice("channels", "channel"), Choice("editions", "edition"))
_DIMENSIONS = (CHANNEL, EDITION, INDUSTRY, SUBINDUSTRY, *PLACES)

PROJECTS = Dataset(
    name="projects",
    zh="项目",
    en="Projects",
    grain="One row per project in the pipeline.",
    key=("project_id",),
    time="started_on",
    regions={"from": "origin_adcode", "to": "landed_adcode"},
    industry="industry",
    subindustry="subindustry",
    choices=_CHOICES,
    measures=(
        Measure(
            "projects.started",
            "sum",
            "count",
            "入库项目",
            "Projects taken in",
            "期间内立项入库的项目数。",
            "Projects that entered the pipeline in the period.",
            sql="count(*)",
            counted_zh="项",
        ),
    ),
    dimensions=(
        *_DIMENSIONS,
        Dimension("trl", "trl", "技术就绪度", "Technology readiness level"),
    ),
    columns=(
        Column("project_id", "VARCHAR", "项目编号", "Project id", required=True),
        Column("title", "VARCHAR", "项目名称", "Title", required=True),
        Column(
            "organisation_id",
            "VARCHAR",
            "来源机构编号",
            "Organisation id",
            reference="organisations.organisation_id",
        ),
        Column(
            "origin_adcode", "VARCHAR", "来源地区代码", "Origin region", reference="regions.adcode"
        ),
        Column(
            "origin_country",
            "VARCHAR",
            "来源国家代码",
            "Origin country",
            reference="countries.alpha2",
        ),
        Column("industry", "VARCHAR", "产业", "Industry", reference="industries.code"),
        Column("subindustry", "VARCHAR", "产业细分", "Subclass", reference="industries.code"),
        Column("trl", "INTEGER", "技术就绪度", "Technology readiness level"),
        Column("channel", "VARCHAR", "渠道", "Channel", values=CHANNELS, labels="channels"),
        Column(
            "edition", "INTEGER", "届次（年）", "Edition (year)", reference="expo_editions.edition"
        ),
        Column("started_on", "DATE", "立项日期", "Started on", required=True),
        precision("started", "立项日期精度", "Date precision"),
        Column(
            "landed_adcode", "VARCHAR", "落地地区代码", "Landing region", reference="regions.adcode"
        ),
        Column("base_id", "VARCHAR", "成果转化基地编号", "Base id", reference="bases.base_id"),
    ),
)

STAGE_EVENTS = Dataset(
    name="stage_events",
    zh="阶段记录",
    en="Stage events",
    grain="One row per project and thing that happened to it in a stage.",
    key=("project_id", "entered_at", "stage", "outcome"),
    parents=(
        Parent(
            "projects",
            "project_id",
            (
                "started_on",
                "origin_adcode",
                "landed_adcode",
                "industry",
                "subindustry",
                "channel",
                "edition",
            ),
        ),
    ),
    time="started_on",
    regions={"from": "origin_adcode", "to": "landed_adcode"},
    industry="industry",
    subindustry="subindustry",
    choices=_CHOICES,
    columns=(
        Column(
            "project_id",
            "VARCHAR",
            "项目编号",
            "Project id",
            required=True,
            reference="projects.project_id",
        ),
        Column("stage", "VARCHAR", "阶段", "Stage", required=True, values=STAGES, labels="stages"),
        Column("entered_at", "DATE", "日期", "Date", required=True),
        precision("entered", "日期精度", "Date precision"),
        Column(
            "outcome",
            "VARCHAR",
            "情况",
            "Outcome",
            required=True,
            values=OUTCOMES,
            labels="outcomes",
        ),
        Column("note", "VARCHAR", "备注", "Note"),
    ),
)

LANDINGS = Dataset(
    name="landings",
    zh="落地项目",
    en="Landings",
    grain="One row per project that landed, on the day it first did.",
    key=("project_id",),
    view="landings",
    time="landed_on",
    regions={"from": "landed_adcode"},
    industry="industry",
    subindustry="subindustry",
    choices=_CHOICES,
    extra={"in_gba": "landed_adcode in (select adcode from regions where in_gba = 1)"},
    measures=(
        Measure(
            "landings.projects",
            "sum",
            "count",
            "落地项目",
            "Projects landed",
            "期间内首次进入“落地”阶段的项目数，地区指落地地区。",
            "Projects that first reached the stage 'landed' in the period; the region is "
            "where they landed.",
            sql="count(*)",
            counted_zh="项",
        ),
        Measure(
            "landings.in_gba",
            "sum",
            "count",
            "落地大湾区项目",
            "Landed in the GBA",
            "其中落地在粤港澳大湾区十一城的项目数。",
            "Those that landed in one of the eleven cities of the Greater Bay Area.",
            sql="count(*) filter (where in_gba)",
            counted_zh="项",
        ),
        Measure(
            "landings.gba_share",
            "ratio",
            "share",
            "落地大湾区占比",
            "GBA share of landings",
            "落地大湾区项目数 ÷ 落地项目数。",
            "Projects landed in the GBA over all projects landed.",
            numerator="landings.in_gba",
            denominator="landings.projects",
        ),
        Measure(
            "landings.per_exhibit",
            "ratio",
            "share",
            "参展成果落地率",
            "Landed per exhibit",
            "同届落地项目数 ÷ 同届参展成果数。",
            "Projects of an edition that landed over its exhibits.",
            numerator="landings.projects",
            denominator="expo_exhibits.exhibits",
        ),
        Measure(
            "landings.per_base",
            "ratio",
            "per_unit",
            "每个基地落地项目",
            "Landings per base",
            "经基地落地的项目数 ÷ 期末在营基地数。",
            "Projects landed through a base over bases open on the last day.",
            numerator="landings.through_bases",
            denominator="bases.open",
            counted_zh="项",
        ),
        Measure(
            "landings.through_bases",
            "sum",
            "count",
            "经基地落地项目",
            "Landed through a base",
            "由成果转化基地承接落地的项目数。",
            "Projects landed through a transfer base.",
            sql="count(*) filter (where base_id is not null)",
            counted_zh="项",
        ),
    ),
    dimensions=(
        *_DIMENSIONS,
        Dimension("base", "base_id", "成果转化基地", "Transfer base", "bases"),
    ),
)

LISTINGS = Dataset(
    name="listings",
    zh="挂牌项目",
    en="Listings",
    grain="One row per project that was listed for sale, on the day it first was.",
    key=("project_id",),
    view="listings",
    time="listed_on",
    regions={"from": "origin_adcode", "to": "landed_adcode"},
    industry="industry",
    subindustry="subindustry",
    choices=_CHOICES,
    measures=(
        Measure(
            "listings.projects",
            "sum",
            "count",
            "挂牌项目",
            "Projects listed",
            "期间内首次进入“挂牌”阶段的项目数。",
            "Projects that first reached the stage 'listed' in the period.",
            sql="count(*)",
            counted_zh="项",
        ),
    ),
    dimensions=_DIMENSIONS,
)
