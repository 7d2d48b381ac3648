"""What LangGraph's savers and serializers are used for beyond their public interface.

Each use falls back where such a part is missing: to the public interface where that will do, else to a refusal that
says what to do. A line in the worker's output says so (shared/missing_parts.py). No other module of the worker touches
these parts (tests/doors/test_internals.py); the versions that they were found in stand with each.
"""
