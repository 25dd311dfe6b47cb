"""Ways to answer the same questions from the same records."""

from bench.variants.base import Variant
from bench.variants.engines import Cubed, Floor, Uncubed
from bench.variants.frames import Frames
from bench.variants.lazily import Lazily, Loaded
from bench.variants.plain import Plain

VARIANTS: tuple[type[Variant], ...] = (Frames, Loaded, Lazily, Plain, Uncubed, Cubed)
"""In the order of the table; `Floor` answers nothing and stands below them."""

__all__ = ["VARIANTS", "Cubed", "Floor", "Plain", "Uncubed", "Variant"]
