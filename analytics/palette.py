"""Every colour of the product, for both themes; the theme file repeats those Streamlit needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours of one theme, as hex."""

    name: str
    ground: str
    panel: str
    side: str
    text: str
    muted: str
    accent: str
    accent_2: str
    tint: str
    warning: str
    warning_text: str
    warning_fill: str
    border: str
    land: str
    outline: str
    no_data: str
    grey_line: str
    categories: tuple[str, ...]
    sequence: tuple[str, ...]
    diverging: tuple[str, ...]

    def classes(self) -> tuple[str, ...]:
        """Six steps of the sequence, as maps use them."""
        return tuple(self.sequence[index] for index in (0, 2, 4, 6, 7, 9))


LIGHT = Palette(
    name="light",
    ground="#FFFFFF",
    panel="#FFFFFF",
    side="#F3F6FA",
    text="#111A24",
    muted="#4A5666",
    accent="#1F4E9E",
    accent_2="#7492BE",
    tint="#C9D8EE",
    warning="#C2410C",
    warning_text="#A8380A",
    warning_fill="#FDF0E7",
    border="#D3DAE4",
    land="#EDF1F6",
    outline="#A9B5C5",
    no_data="#D3D8DF",
    grey_line="#B4BECB",
    categories=("#1F4E9E", "#008EBC", "#A99154", "#795561", "#501B69", "#00342D"),
    sequence=(
        "#E4F3FC",
        "#C0E4FC",
        "#9BD2FA",
        "#79BDF4",
        "#59A6E9",
        "#3C8DDA",
        "#2874C5",
        "#1D5CAA",
        "#19468B",
        "#183469",
    ),
    diverging=(
        "#684000",
        "#956422",
        "#B59067",
        "#D4BEA6",
        "#F4EDE6",
        "#EAEFF7",
        "#B2C4DE",
        "#7C9AC4",
        "#4970AA",
        "#12478F",
    ),
)
DARK = Palette(
    name="dark",
    ground="#10151C",
    panel="#10151C",
    side="#19212B",
    text="#E6EBF2",
    muted="#AEB9C7",
    accent="#6FA3F0",
    accent_2="#4F74AE",
    tint="#2B456F",
    warning="#FF9A5C",
    warning_text="#FFB388",
    warning_fill="#3A2517",
    border="#33404F",
    land="#1C2530",
    outline="#4A596B",
    no_data="#3B4551",
    grey_line="#4A596B",
    categories=("#6FA3F0", "#9FCDEB", "#E8DD54", "#BD637D", "#8F4EAC", "#A1FEEA"),
    sequence=(
        "#1D2D4C",
        "#1E3F6F",
        "#1A5391",
        "#0D69B1",
        "#0D80C9",
        "#1298E1",
        "#3AB0F0",
        "#64C7FA",
        "#95DCFE",
        "#C9EFFE",
    ),
    diverging=(
        "#DAA84D",
        "#AC8746",
        "#80673D",
        "#574A33",
        "#312D27",
        "#2A2E34",
        "#3D4D61",
        "#516E92",
        "#6590C7",
        "#7AB4FD",
    ),
)
FONT = (
    "'Segoe UI','PingFang SC','Microsoft YaHei UI','Microsoft YaHei','HarmonyOS Sans SC',"
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC',sans-serif"
)


def palette(theme: str) -> Palette:
    """Palette of a theme named `light` or `dark`."""
    return DARK if theme == "dark" else LIGHT


def rgba(colour: str, alpha: int = 255) -> list[int]:
    """A hex colour as deck.gl's list of four numbers."""
    return [*(int(colour[index : index + 2], 16) for index in (1, 3, 5)), alpha]
