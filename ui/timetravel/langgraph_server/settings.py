"""The settings of a run in the form in which a LangGraph server takes them."""

from collections.abc import Mapping
from typing import Any

from ui.timetravel.langgraph_server.json_values import to_json
from ui.timetravel.model.jobs import Input, Job, RunSettings
from ui.timetravel.worker.child.shared import kept_settings


def settings_options(job: Job, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Options of `runs.stream` for the job's settings, or if it has none for those saved in this metadata.

    A server takes a context or configurable values, not both, and makes each from the other (langgraph-api 0.16.7,
    models/run.py). Raises EditError for what JSON can't represent.
    """
    settings = job.settings or (RunSettings() if isinstance(job.action, Input) else _inherited(metadata))
    values = to_json({**settings.configurable, **(settings.context or {})})
    config: dict[str, Any] = {}
    if settings.recursion_limit:
        config["recursion_limit"] = settings.recursion_limit
    if settings.tags:
        config["tags"] = list(settings.tags)
    if values and settings.context is None:
        config["configurable"] = values
    options: dict[str, Any] = {"config": config} if config else {}
    return {**options, "context": values} if settings.context else options


def _inherited(metadata: Mapping[str, Any]) -> RunSettings:
    found = kept_settings.inherited([metadata])
    return RunSettings(found["context"], found["configurable"], found["recursion_limit"], tuple(found["tags"]))
