"""Tests read the data that ships, and those that drive a browser run one after the other."""

from __future__ import annotations

import os

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.home import HOME

os.environ["TRANSFERSCOPE_DATA"] = str(HOME)


class Shares(LoadScopeScheduling):
    """Each file to one worker, and all that drives the browser to one and the same.

    Two browsers that draw maps in software at a time are slower than one after the other, and
    what waits for a page is best begun first.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if file.startswith("tests/browser/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    """How two workers share the tests."""
    return Shares(config, log)
