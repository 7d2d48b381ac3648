"""Chat messages in the forms in which LangChain stores them."""
