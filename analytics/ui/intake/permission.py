"""Whether the page takes files: an office's settings, and where the server listens."""

from __future__ import annotations

import streamlit as st

from analytics.errors import TransferScopeError
from analytics.ui import data
from analytics.ui.state import Viewing
from analytics.ui.words import plain


def closed(view: Viewing) -> bool:
    """Whether files are not taken here, told with the reason."""
    try:
        settings = data.settings()
    except TransferScopeError as error:
        st.error(plain(error.message(view.language)), icon=":material/error:")
        return True
    if settings.takes_files:
        return False
    key = "data.closed_open" if settings.import_enabled is None else "data.closed_settings"
    st.info(plain(view.say(key)), icon=":material/lock:")
    return True
