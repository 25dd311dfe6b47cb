"""Maps whose selection follows the link, in Streamlit's own test runtime."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest


def script() -> None:
    """A page that names the key of one map."""
    import streamlit as st

    from analytics.panels import bases, market
    from analytics.ui.clicks import map_key

    panel = bases.MAP if st.session_state["which"] == "bases" else market.MAP
    st.text(map_key(panel))


def keyed(which: str, selected: str = "", link: str = "", made: int = 0) -> str:
    """The map's key, where the front end selects one place and the link holds another."""
    app = AppTest.from_function(script, default_timeout=30)
    app.session_state["which"] = which
    app.session_state[f"made-{which}-map"] = made
    if selected:
        chosen = SimpleNamespace(objects={"points": [{"key": selected}]})
        app.session_state[f"map-{which}-map-{made}"] = SimpleNamespace(selection=chosen)
    if link:
        app.query_params["pick"] = link
    app.run()
    assert not app.exception
    return app.text[0].value


@pytest.mark.parametrize(
    ("which", "selected", "link", "key"),
    [
        ("bases", "", "", "map-bases-map-3"),
        ("bases", "B1", "B1", "map-bases-map-3"),
        ("bases", "B1", "", "map-bases-map-4"),
        ("bases", "B1", "B2", "map-bases-map-4"),
        ("market", "", "", "map-market-map-3"),
        ("market", "430000", "", "map-market-map-4"),
    ],
    ids=["nothing", "as the link", "let go elsewhere", "another picked", "no filter", "filtered"],
)
def test_a_map_is_made_anew_where_it_selects_what_the_link_does_not(
    which: str, selected: str, link: str, key: str
) -> None:
    assert keyed(which, selected, link, made=3) == key
