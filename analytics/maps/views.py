"""The three maps: what each shows, how far it is zoomed, and where its names stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import log2

import pydeck as pdk  # pyright: ignore[reportMissingTypeStubs]

from analytics.look import Look
from analytics.maps.geometry import FRAME_EAST, latitude_of, mercator
from analytics.maps.placing import Box

WIDTH = 610  # of a panel of 640 pixels, within its padding
WIDTH_NARROW = 336  # of a phone of 390
PAD = 8
TALLEST = 400
_WORLD = 512.0
_ALTITUDE = 1.5  # of deck.gl's camera, in heights of the canvas


@dataclass(frozen=True)
class At:
    """Where a name stands; `side` is the side of the text at that point, `sea` off its land."""

    lon: float
    lat: float
    side: str = "middle"
    sea: bool = False


@dataclass(frozen=True)
class Name:
    """A region's name in both languages, short for phones, and where it stands."""

    adcode: str
    zh: str
    en: str
    zh_at: At
    en_at: At
    zh_short: str = ""
    en_short: str = ""
    short_at: At | None = None

    def text(self, look: Look) -> str:
        """The name as a look shows it."""
        if look.narrow:
            return look.pick(self.zh_short or self.zh, self.en_short or self.en)
        return look.pick(self.zh, self.en)

    def at(self, look: Look) -> At:
        """Where a look shows it; short names stand where the Chinese ones do, if not apart."""
        if look.narrow and self.en_short:
            return self.short_at or self.zh_at
        return self.zh_at if look.language == "zh" else self.en_at

    def any_of(self, words: Collection[str]) -> bool:
        """Whether one of its full names is among some words."""
        return self.zh in words or self.en in words


@dataclass(frozen=True)
class View:
    """A map: its outlines' document, its bounds (west, south, east, north) and its names.

    `size`, `size_en` and `size_narrow` are those of the names, in pixels; `inset` says that the
    South China Sea stands beside it; `reach` is how far names may give way to circles.
    """

    name: str
    bounds: tuple[float, float, float, float]
    names: tuple[Name, ...]
    size: int = 13
    size_en: int = 13
    size_narrow: int = 12
    inset: bool = False
    reach: tuple[int, ...] = (11, 18, 26)

    def bounds_for(self, look: Look) -> tuple[float, float, float, float]:
        """The bounds, with room for the second line of the inset's English name on phones."""
        west, south, east, north = self.bounds
        lines = self.inset and look.narrow and look.language == "en"
        return (west, south - 2.4 if lines else south, east, north)

    def text_size(self, look: Look) -> int:
        """Size of the names, in pixels."""
        if look.narrow:
            return self.size_narrow
        return self.size_en if look.language == "en" else self.size


@dataclass(frozen=True)
class Stage:
    """A view as a look shows it on a canvas: its camera, and places in pixels."""

    view: View
    look: Look
    height: int
    width: int
    lon: float
    lat: float
    zoom: float

    @classmethod
    def of(
        cls, view: str | View, look: Look, height: int | None = None, width: int | None = None
    ) -> Stage:
        """The stage of a view; height and width are the usual ones where they are not given."""
        shown = view_of(view)
        bounds = shown.bounds_for(look)
        west, south, east, north = bounds
        across = canvas_width(look, width)
        down = height or best_height(shown, look, across)
        middle = latitude_of((mercator(south) + mercator(north)) / 2)
        fitted = round(zoom(bounds, across, down), 3)
        return cls(shown, look, down, across, round((west + east) / 2, 4), round(middle, 4), fitted)

    def state(self) -> pdk.ViewState:
        """The camera, for pydeck."""
        return pdk.ViewState(
            longitude=self.lon,
            latitude=self.lat,
            zoom=self.zoom,
            min_zoom=round(self.zoom - 0.6, 3),
            max_zoom=round(self.zoom + 5, 3),
            pitch=0,
            bearing=0,
        )

    def pixels(self, lon: float, lat: float) -> tuple[float, float]:
        """A place in pixels of the whole world, the ordinate growing downwards."""
        scale = _WORLD * 2**self.zoom / 360
        return lon * scale, -mercator(lat) * scale

    def raised(self, x: float, y: float, rise: float) -> tuple[float, float]:
        """Where a point above the ground is seen by the camera, which is straight above."""
        middle = self.pixels(self.lon, self.lat)
        nearer = 1 / max(1 - rise / (_ALTITUDE * self.height), 0.1)
        return middle[0] + (x - middle[0]) * nearer, middle[1] + (y - middle[1]) * nearer

    def canvas(self) -> Box:
        """What is seen."""
        x, y = self.pixels(self.lon, self.lat)
        return Box(x - self.width / 2, y - self.height / 2, x + self.width / 2, y + self.height / 2)


def view_of(view: str | View) -> View:
    """A view by its name: china, gba or guangzhou."""
    return view if isinstance(view, View) else VIEWS[view]


def canvas_width(look: Look, width: int | None = None) -> int:
    """Width that a map is fitted to."""
    return width or (WIDTH_NARROW if look.narrow else WIDTH)


def best_height(view: str | View, look: Look, width: int | None = None) -> int:
    """Height at which a view fills its canvas without bands, but no more than `TALLEST`."""
    west, south, east, north = view_of(view).bounds_for(look)
    shape = (mercator(north) - mercator(south)) / (east - west)
    return min(round((canvas_width(look, width) - 2 * PAD) * shape) + 2 * PAD, TALLEST)


def zoom(
    bounds: tuple[float, float, float, float], width: float, height: float, pad: float = PAD
) -> float:
    """The zoom at which bounds (west, south, east, north) just fill a canvas."""
    west, south, east, north = bounds
    across = (east - west) / 360
    down = (mercator(north) - mercator(south)) / 360
    return log2(min((width - 2 * pad) / across, (height - 2 * pad) / down) / _WORLD)


def _name(
    adcode: str,
    zh: str,
    en: str,
    zh_at: At,
    en_at: At | None = None,
    short: str = " ",
    short_at: At | None = None,
) -> Name:
    zh_short, _, en_short = short.partition(" ")
    return Name(adcode, zh, en, zh_at, en_at or zh_at, zh_short, en_short, short_at)


_CHINA = (
    _name(
        "110000", "北京", "Beijing", At(116.35, 40.35), At(116.3, 40.6), "京 BJ", At(116.0, 40.6)
    ),
    _name(
        "120000",
        "天津",
        "Tianjin",
        At(118.0, 38.7, "start", True),
        At(117.95, 38.5, "start", True),
        "津 TJ",
        At(117.5, 39.3),
    ),
    _name("130000", "河北", "Hebei", At(115.1, 38.2), short="冀 HE", short_at=At(115.2, 37.9)),
    _name("140000", "山西", "Shanxi", At(112.3, 37.4), short="晋 SX"),
    _name("150000", "内蒙古", "Inner Mongolia", At(110.6, 41.3), At(109.2, 41.2), short="蒙 NM"),
    _name("210000", "辽宁", "Liaoning", At(122.8, 41.5), short="辽 LN"),
    _name("220000", "吉林", "Jilin", At(126.3, 43.5), short="吉 JL"),
    _name("230000", "黑龙江", "Heilongjiang", At(128.2, 47.2), short="黑 HL"),
    _name(
        "310000",
        "上海",
        "Shanghai",
        At(122.2, 31.2, "start", True),
        short="沪 SH",
        short_at=At(122.5, 31.1, "start", True),
    ),
    _name("320000", "江苏", "Jiangsu", At(119.2, 33.4), At(118.9, 33.5), short="苏 JS"),
    _name("330000", "浙江", "Zhejiang", At(119.9, 29.2), At(119.7, 29.2), short="浙 ZJ"),
    _name("340000", "安徽", "Anhui", At(117.2, 31.9), short="皖 AH"),
    _name("350000", "福建", "Fujian", At(117.8, 26.2), short="闽 FJ"),
    _name("360000", "江西", "Jiangxi", At(115.7, 27.6), At(116.1, 28.0), short="赣 JX"),
    _name("370000", "山东", "Shandong", At(118.2, 36.3), short="鲁 SD"),
    _name("410000", "河南", "Henan", At(113.6, 33.9), short="豫 HA"),
    _name("420000", "湖北", "Hubei", At(112.4, 31.1), short="鄂 HB"),
    _name("430000", "湖南", "Hunan", At(111.7, 27.7), At(111.5, 27.5), short="湘 HN"),
    _name("440000", "广东", "Guangdong", At(113.6, 23.6), At(113.9, 23.5), short="粤 GD"),
    _name("450000", "广西", "Guangxi", At(108.6, 23.8), At(107.9, 23.9), short="桂 GX"),
    _name(
        "460000",
        "海南",
        "Hainan",
        At(111.2, 19.2, "start", True),
        At(108.5, 19.1, "end", True),
        "琼 HI",
        At(108.3, 19.1, "end", True),
    ),
    _name("500000", "重庆", "Chongqing", At(107.6, 29.9), At(107.6, 29.7), short="渝 CQ"),
    _name("510000", "四川", "Sichuan", At(102.5, 30.6), At(101.7, 30.7), short="川 SC"),
    _name("520000", "贵州", "Guizhou", At(106.8, 26.8), short="黔 GZ"),
    _name("530000", "云南", "Yunnan", At(101.6, 24.6), short="滇 YN"),
    _name("540000", "西藏", "Xizang", At(88.5, 31.5), short="藏 XZ"),
    _name("610000", "陕西", "Shaanxi", At(109.1, 35.4), short="陕 SN"),
    _name("620000", "甘肃", "Gansu", At(103.9, 36.0), short="甘 GS"),
    _name("630000", "青海", "Qinghai", At(96.2, 35.6), short="青 QH"),
    _name("640000", "宁夏", "Ningxia", At(106.1, 37.4), short="宁 NX"),
    _name("650000", "新疆", "Xinjiang", At(85.3, 41.5), short="新 XJ"),
    _name("710000", "台湾", "Taiwan", At(122.3, 23.7, "start", True), short="台 TW"),
    _name(
        "810000",
        "香港",
        "Hong Kong",
        At(114.8, 21.8, "start", True),
        At(113.7, 21.4, "start", True),
        "港 HK",
        At(115.0, 21.6, "start", True),
    ),
    _name(
        "820000",
        "澳门",
        "Macao",
        At(113.4, 20.9, "middle", True),
        At(112.8, 20.1, "middle", True),
        "澳 MO",
        At(113.2, 20.3, "middle", True),
    ),
)
_GBA = (
    _name("440100", "广州", "Guangzhou", At(113.62, 23.5)),
    _name("440300", "深圳", "Shenzhen", At(114.2, 22.72)),
    _name("440400", "珠海", "Zhuhai", At(113.2, 22.1)),
    _name("440600", "佛山", "Foshan", At(112.85, 22.98)),
    _name("440700", "江门", "Jiangmen", At(112.5, 22.25)),
    _name("441200", "肇庆", "Zhaoqing", At(112.1, 23.62)),
    _name("441300", "惠州", "Huizhou", At(114.62, 23.22)),
    _name("441900", "东莞", "Dongguan", At(113.86, 22.93)),
    _name("442000", "中山", "Zhongshan", At(113.38, 22.5)),
    _name("810000", "香港", "Hong Kong", At(114.42, 22.28, "start", True)),
    _name("820000", "澳门", "Macao", At(113.61, 22.12, "start", True)),
)
_GUANGZHOU = (
    _name("440103", "荔湾", "Liwan", At(113.165, 23.085, "end", True)),
    _name("440104", "越秀", "Yuexiu", At(113.278, 23.142), At(113.262, 23.143)),
    _name("440105", "海珠", "Haizhu", At(113.325, 23.085)),
    _name("440106", "天河", "Tianhe", At(113.372, 23.175), At(113.395, 23.18)),
    _name("440111", "白云", "Baiyun", At(113.3, 23.29)),
    _name("440112", "黄埔", "Huangpu", At(113.49, 23.22)),
    _name("440113", "番禺", "Panyu", At(113.39, 22.98)),
    _name("440114", "花都", "Huadu", At(113.2, 23.44)),
    _name("440115", "南沙", "Nansha", At(113.53, 22.75)),
    _name("440117", "从化", "Conghua", At(113.66, 23.68)),
    _name("440118", "增城", "Zengcheng", At(113.8, 23.35)),
)
VIEWS = {
    "china": View(
        "china", (73.4, 18.05, FRAME_EAST, 53.7), _CHINA, 12, 11, 11, inset=True, reach=(9, 16)
    ),
    "gba": View("gba", (111.34, 21.55, 115.44, 24.41), _GBA),
    "guangzhou": View("guangzhou", (112.93, 22.54, 114.07, 23.95), _GUANGZHOU),
}
