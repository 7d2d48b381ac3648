"""An app that shows hostile texts by everything that reads Markdown: started by the browser's test_labels.py."""

import streamlit as st

from tests.support.hostile.values.texts import NAMES
from ui.components.base.page_text import label

for at, text in enumerate(NAMES.values()):
    said = label(text)
    with st.container(key=f"texts_{at}"):
        st.caption(said)
        st.info(said)
        st.button(said, key=f"button_{at}", help=said)
        st.checkbox(said, key=f"checkbox_{at}")
        st.radio(said, [said], key=f"radio_{at}")
        st.segmented_control(said, [said], key=f"segments_{at}")
        st.progress(0.5, said)
