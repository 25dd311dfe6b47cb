"""Tests read the data that ships, whatever the work tree's data folder has been used for."""

from __future__ import annotations

import os

from tests.home import HOME

os.environ["TRANSFERSCOPE_DATA"] = str(HOME)
