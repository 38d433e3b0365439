"""The chat page: a script for Streamlit, what it shows, and the components that show it."""
