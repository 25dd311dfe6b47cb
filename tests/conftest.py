"""Tests read the data that ships, and those that drive a browser run one after the other."""

from __future__ import annotations

import os

import pytest

from tests.home import HOME

os.environ["TRANSFERSCOPE_DATA"] = str(HOME)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each file to one worker, and all that drives the browser to one and the same.

    Two browsers that draw maps in software at a time are slower than one after the other, and
    what waits for a page is best begun first.
    """
    for item in items:
        file = item.nodeid.partition("::")[0]
        group = "browser" if file.startswith("tests/browser/") else file
        item.add_marker(pytest.mark.xdist_group(group))
