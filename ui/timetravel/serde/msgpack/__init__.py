"""MessagePack as LangGraph writes it: its extension types, its parts, and recovery from damaged bytes."""
