"""The only analytics code that knows Streamlit: state, sidebar, page head, cards and panels."""
