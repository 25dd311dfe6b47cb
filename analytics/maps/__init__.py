"""DataFrame to pydeck deck: pure functions that neither query nor know Streamlit."""
