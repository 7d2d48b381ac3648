"""What the worker uses of LangGraph's savers and serializers beyond their public interface.

Each use has a fallback for a missing part: the public interface if that is enough, else a refusal that says what to do.
One line in the worker's output reports it (shared/missing_parts.py). No other module of the worker uses these parts
(tests/doors/test_internals.py); each states the versions in which it was found.
"""
