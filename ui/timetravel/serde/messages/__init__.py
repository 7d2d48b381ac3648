"""Messages of a chat, as LangChain keeps them in a store."""
