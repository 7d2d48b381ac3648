"""MessagePack as LangGraph writes it: its types, its parts, and what is still to be had of damaged bytes."""
