"""Where an environment sends traces of runs to.

It is shown before a run, so that nothing leaves the machine unannounced. Pure.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ui.timetravel.ground.redaction.public_address import public_address

_LANGSMITH_ON = ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING")
_LANGSMITH = "https://api.smith.langchain.com"
_ADDRESSES = (
    ("OpenTelemetry", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
    ("OpenTelemetry", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ("Langfuse", "LANGFUSE_BASE_URL"),
    ("Langfuse", "LANGFUSE_HOST"),
    ("Phoenix", "PHOENIX_COLLECTOR_ENDPOINT"),
    ("Opik", "OPIK_URL_OVERRIDE"),
    ("Traceloop", "TRACELOOP_BASE_URL"),
    ("Sentry", "SENTRY_DSN"),
)
"""Variables with an address of tools that only send traces if code uses them: they may be in use."""
_KEYS = (
    ("Langfuse", "LANGFUSE_PUBLIC_KEY", "https://cloud.langfuse.com"),
    ("Opik", "OPIK_API_KEY", "https://www.comet.com"),
    ("Traceloop", "TRACELOOP_API_KEY", "https://api.traceloop.com"),
    ("Logfire", "LOGFIRE_TOKEN", "Pydantic's servers"),
    ("Datadog", "DD_API_KEY", "Datadog's servers"),
)


@dataclass(frozen=True, slots=True)
class Tracing:
    """A tool that sends traces, the `variable` that switches it on, and the `address`, without secrets.

    `sure`: it sends traces of every run of LangGraph. Otherwise that depends on the code.
    """

    tool: str
    variable: str
    address: str
    sure: bool = False


def tracing_of(environment: Mapping[str, str]) -> list[Tracing]:
    """The tools that send traces in this environment, each once. What code switches on by itself can't be seen here."""
    found = {one.tool: one for one in reversed([*_langsmith(environment), *_others(environment)])}
    return list(reversed(found.values()))


def _langsmith(environment: Mapping[str, str]) -> Iterator[Tracing]:
    """LangSmith, as langsmith 0.15 reads the environment (utils.py, `tracing_is_enabled` and `get_env_var`): the first
    variable that is set decides.
    """
    variable = next((name for name in _LANGSMITH_ON if environment.get(name, "").strip()), "")
    if not variable or environment[variable].strip().lower() != "true":
        return
    endpoint = _first(environment, "LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT") or _LANGSMITH
    several = _first(environment, "LANGSMITH_RUNS_ENDPOINTS", "LANGCHAIN_RUNS_ENDPOINTS")
    addresses = _listed(several) or [endpoint]
    yield Tracing("LangSmith", variable, ", ".join(map(_public, addresses)), sure=True)


def _others(environment: Mapping[str, str]) -> Iterator[Tracing]:
    if environment.get("OTEL_SDK_DISABLED", "").lower() != "true":
        yield from (
            Tracing(tool, name, _public(environment[name])) for tool, name in _ADDRESSES if environment.get(name)
        )
    yield from (Tracing(tool, name, address) for tool, name, address in _KEYS if environment.get(name))


def _listed(text: str) -> list[str]:
    """The addresses in LangSmith's list of endpoints: an object of addresses and keys, or a list of objects with
    `api_url`.
    """
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return []
    if isinstance(found, dict):
        return [str(address) for address in found]
    return [str(each["api_url"]) for each in found if isinstance(each, dict) and "api_url" in each]


def _first(environment: Mapping[str, str], *names: str) -> str:
    return next((environment[name].strip() for name in names if environment.get(name, "").strip()), "")


def _public(address: str) -> str:
    return public_address(address).rstrip("/")
