"""DataFrame to plotly figure: pure functions that neither query nor know Streamlit."""
