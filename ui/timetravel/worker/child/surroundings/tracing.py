"""Switches off traces for sandbox runs: both those that the environment requests, and those of a module that loads a
.env.
"""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from ..graphs.langgraph_internals import variables_of_hooks

_OFF = {
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_OTEL_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
    "OTEL_TRACES_EXPORTER": "none",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
    "LANGFUSE_TRACING_ENABLED": "false",
    "OPIK_TRACK_DISABLE": "true",
    "TRACELOOP_TRACING_ENABLED": "false",
    "LOGFIRE_SEND_TO_LOGFIRE": "false",
    "DD_TRACE_ENABLED": "false",
    "DD_LLMOBS_ENABLED": "false",
    "WANDB_MODE": "disabled",
}
"""The switches of LangSmith, OpenTelemetry and others, with the values that switch them off."""
_GONE = (
    "LANGCHAIN_TRACING",
    "LANGCHAIN_HANDLER",
    "LANGCHAIN_WANDB_TRACING",
    "LANGCHAIN_COMET_TRACING",
    "LANGSMITH_RUNS_ENDPOINTS",
    "LANGCHAIN_RUNS_ENDPOINTS",
    "LANGSMITH_OTEL_ONLY",
    "SENTRY_DSN",
)
"""Variables that switch something on by being set, such as those of LangChain's older handlers: they are removed."""
_SECONDS = 2.0


def switch_off() -> None:
    """Set the environment to send no traces.

    Called before the user's code is imported, and after, since that may change it.
    """
    os.environ.update(_OFF)
    for name in (*_GONE, *variables_of_hooks()):
        os.environ.pop(name, None)
    _end_opentelemetry()
    with suppress(Exception):
        from langsmith import utils

        kept: Any = utils.get_env_var
        kept.cache_clear()
    with suppress(Exception):
        import langsmith

        langsmith.configure(enabled=False)


def wants_no_traces(surroundings: Mapping[str, Any]) -> bool:
    """Whether this is a sandbox run for which nobody wants traces."""
    return bool(surroundings.get("aside")) and not surroundings.get("traced")


def callbacks_in_code(graph: Any) -> list[str]:
    """A sentence if the graph's code gives callbacks to every run: what they send can't be prevented."""
    given = (getattr(graph, "config", None) or {}).get("callbacks")
    handlers = given if isinstance(given, list) else getattr(given, "handlers", None) or []
    names = ", ".join(type(each).__name__ for each in handlers)
    return (
        [f"The graph's code gives its runs callbacks ({names}), which are called in the sandbox, too."] if names else []
    )


@contextmanager
def untraced() -> Iterator[None]:
    """Inside this block, LangSmith sends nothing of what runs, whatever the environment says."""
    try:
        from langsmith.run_helpers import tracing_context
    except ImportError:
        yield
        return
    with tracing_context(enabled=False):
        yield


def _end_opentelemetry() -> None:
    """Shut down the OpenTelemetry providers that code has set up so far; they accept nothing afterwards."""
    api = sys.modules.get("opentelemetry.trace")
    provider = getattr(api, "_TRACER_PROVIDER", None)
    end = getattr(provider, "shutdown", None)
    if end is not None:
        ending = threading.Thread(target=_quietly, args=(end,), daemon=True)
        ending.start()
        ending.join(_SECONDS)


def _quietly(end: Any) -> None:
    with suppress(Exception):
        end()
