"""Where an environment sends traces to, as it is told before a run."""

import json
from typing import Any

import pytest
from langsmith import utils

from ui.timetravel.runs.tracing import tracing_of

NAMES = ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING")


@pytest.mark.parametrize("variable", ["LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2"])
def test_langsmith_is_told_with_the_address_that_it_has(variable: str) -> None:
    (one,) = tracing_of({variable: "true"})
    assert (one.tool, one.variable, one.address, one.sure) == (
        "LangSmith",
        variable,
        "https://api.smith.langchain.com",
        True,
    )
    (one,) = tracing_of({variable: "true", "LANGSMITH_ENDPOINT": "http://ann:secret@127.0.0.1:9/x?key=secret"})
    assert one.address == "http://127.0.0.1:9/x"


@pytest.mark.parametrize("values", [{}, {NAMES[0]: "false", NAMES[2]: "true"}, {NAMES[1]: "true"}, {NAMES[3]: "true"}])
def test_it_is_on_where_langsmith_itself_says_so(values: dict[str, str], monkeypatch: Any) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
    assert bool(tracing_of(values)) == utils.tracing_is_enabled()
    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]


def test_several_endpoints_are_all_told() -> None:
    several = json.dumps({"https://one.example/a": "secret", "https://two.example": "secret"})
    (one,) = tracing_of({"LANGSMITH_TRACING": "true", "LANGSMITH_RUNS_ENDPOINTS": several})
    assert one.address == "https://one.example/a, https://two.example"


def test_other_tools_are_told_as_what_may_be_used() -> None:
    found = tracing_of({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "LANGFUSE_PUBLIC_KEY": "pk"})
    assert [(one.tool, one.address, one.sure) for one in found] == [
        ("OpenTelemetry", "http://collector:4318", False),
        ("Langfuse", "https://cloud.langfuse.com", False),
    ]
    assert tracing_of({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}) == []
