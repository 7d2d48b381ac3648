"""The settings of one run: those of the job, or those of the checkpoint's own run; and how they are saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, ChannelVersions, Checkpoint, CheckpointMetadata

from ..allowed_types.guarded_serializer import looking
from ..graphs.any_graph import AnyGraph
from ..graphs.schemas.context import Context, context_for
from ..savers.opening.saver import behind, load_value, open_saver
from ..savers.sync_or_async import Saver
from ..shared.kept_settings import KEPT, goes_up, in_words, inherited, may_be_set, to_keep, without_secrets
from ..shared.protocol import Message
from .copy_checkpoint import place

_ANCESTORS = 50
"""The most consecutive checkpoints made by hand whose metadata are searched for the settings of the run before them."""


@dataclass(frozen=True)
class SettingsOfRun:
    """`context` is the given one, None without one; `anew`: the run does not continue from a checkpoint.

    `inherited`: the job has no settings, and these are those of the checkpoint's run, as far as they are known.
    """

    configurable: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] | None = None
    recursion_limit: int | None = None
    tags: tuple[str, ...] = ()
    anew: bool = True
    inherited: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def given(self) -> dict[str, Any]:
        """The settings in the form of `kept_settings`."""
        names = ("configurable", "context", "recursion_limit", "tags")
        return {name: getattr(self, name) for name in names}

    def ready(self, graph: AnyGraph) -> "Ready":
        """The settings with the context made as the graph declares it. Raises Refused where it can't be made."""
        return Ready(self, context_for(graph, self.context, self.configurable, anew=self.anew))


@dataclass(frozen=True)
class Ready:
    """Settings in the form that LangGraph takes."""

    settings: SettingsOfRun
    context: Context

    def config(self, config: RunnableConfig) -> RunnableConfig:
        """The config that addresses a checkpoint, with these settings.

        The values of a context are added to the configurable ones, as `langgraph dev` does: a graph may read either.
        """
        found = self.settings
        made: RunnableConfig = {**config, "configurable": {**self._configurable, **config["configurable"]}}
        if found.recursion_limit:
            made["recursion_limit"] = found.recursion_limit
        if found.tags:
            made["tags"] = list(found.tags)
        return made

    @property
    def _configurable(self) -> dict[str, Any]:
        mirrored = {name: value for name, value in (self.settings.context or {}).items() if may_be_set(name)}
        return {**mirrored, **self.settings.configurable}

    def recording(self, saver: Saver) -> Saver:
        """The same saver, which saves these settings, without secrets, in the metadata of what it writes."""
        found = self.settings
        made = behind(_Recording, saver)
        kept = to_keep({**found.given, "configurable": self._configurable, "context": self.context.kept})
        explicit = not found.anew and not found.inherited
        made.kept = kept if explicit or any(kept.values()) else None
        return made

    def notes(self) -> list[str]:
        """Notes on the settings for a person."""
        found = self.settings
        said = in_words({**found.given, "context": self.context.kept if found.context is None else found.context})
        notes = [f"Settings of this run: {', '.join(said)}."] if said else []
        if self.context.made_up:
            names = ", ".join(f"{name} = {value!r}" for name, value in self.context.made_up.items())
            notes.append(
                "The store does not keep the context that the run before had, and the graph requires one: these values "
                f"were left empty: {names}. Set them under “Run settings” in “Change and fork”."
            )
        if found.inherited and found.left_out:
            notes.append(f"Not kept with the checkpoint, since secret, and so not set: {', '.join(found.left_out)}.")
        return notes


class _Recording(BaseCheckpointSaver[Any]):
    """A mixin that `Ready.recording` puts in front of the saver's own class."""

    kept: Mapping[str, Any] | None = None

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save the checkpoint, with the settings in its metadata."""
        return await super().aput(_public(config), checkpoint, self._with_settings(metadata), new_versions)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save the checkpoint, with the settings in its metadata."""
        return super().put(_public(config), checkpoint, self._with_settings(metadata), new_versions)

    def _with_settings(self, metadata: CheckpointMetadata) -> CheckpointMetadata:
        found: Any = metadata if self.kept is None else {**metadata, KEPT: self.kept}
        made: CheckpointMetadata = found
        return made


def _public(config: RunnableConfig) -> RunnableConfig:
    """The config without secrets: a saver writes plain configurable values into the metadata."""
    given = config["configurable"]
    return {**config, "configurable": without_secrets(given)} if len(without_secrets(given)) < len(given) else config


def values_for(request: Message) -> dict[str, Any]:
    """The configurable values with which a graph is described."""
    found: dict[str, Any] = load_value(request["configurable"]) if request.get("configurable") else {}
    return found


async def settings_for(job: Message, saver: Saver) -> SettingsOfRun:
    """The job's settings, or if it has none those of the run that made the checkpoint from which it starts."""
    named = job.get("settings")
    anew = job["action"]["kind"] == "input"
    if named:
        configurable = load_value(named["configurable"])
        return SettingsOfRun(
            configurable={name: value for name, value in configurable.items() if may_be_set(name)},
            context=None if named["context"] is None else load_value(named["context"]),
            recursion_limit=named["recursion_limit"],
            tags=tuple(named["tags"]),
            anew=anew,
        )
    if anew:
        return SettingsOfRun()
    found = inherited(_brought(job["bring"]) if job.get("bring") else await _line(job, saver))
    found |= {"tags": tuple(found["tags"]), "left_out": tuple(found["left_out"])}
    return SettingsOfRun(**found, anew=False, inherited=True)


async def peek(job: Message) -> SettingsOfRun:
    """The settings of a job whose store is not open yet."""
    if job.get("settings") or job.get("bring") or job["action"]["kind"] == "input":
        return await settings_for(job, BaseCheckpointSaver())
    async with open_saver(job["store"], lambda thread, namespace, checkpoint: None) as saver:
        return await settings_for(job, saver)


async def _line(job: Message, saver: Saver) -> list[Mapping[str, Any]]:
    """The metadata of the checkpoint from which the job starts, and of as many ancestors as are needed."""
    config: RunnableConfig | None = place(job["thread_id"], job["namespace"], job["checkpoint_id"])
    line: list[Mapping[str, Any]] = []
    while config is not None and len(line) < _ANCESTORS:
        with looking():
            found = await saver.aget_tuple(config)
        if found is None:
            break
        line.append(found.metadata)
        config = found.parent_config if goes_up(line[-1]) else None
    return line


def _brought(bundle: Message) -> list[Mapping[str, Any]]:
    """The same for a checkpoint that the job imports from another store."""
    known = {each["id"]: each for each in bundle["checkpoints"] if not each["namespace"]}
    line: list[Mapping[str, Any]] = []
    each = known.get(bundle["source"]["checkpoint_id"])
    while each is not None:
        line.append(each["metadata"])
        each = known.get(each["parent"]) if goes_up(line[-1]) else None
    return line
