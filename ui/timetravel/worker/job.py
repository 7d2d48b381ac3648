"""What the debugger asks of a worker (`Job`), and what it hears back (`GraphInfo`, `RunState`): frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ui.timetravel.model import CheckpointId, Interrupt
from ui.timetravel.plain import Plain
from ui.timetravel.sandbox import Bundle

# --- asked ---


@dataclass(frozen=True, slots=True)
class Input:
    """Start from START with this input, which goes through the reducers of what the thread holds already."""

    value: Plain


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with the nodes that are due: `invoke(None)`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was on the screen: its id, what it asks, and how many answers its task had had by then.

    `earlier` is None where that is not known. It tells questions apart that one task asks one after the other.
    `response_schema` is the JSON schema of the answer, where the node gave one.
    """

    id: str
    value: Plain
    earlier: int | None = None
    response_schema: Plain = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer interrupts: the value for each interrupt id; the id "" answers the only one, of old stores without ids.

    `questions` are those that were on the screen: where one of them isn't what is asked by then, nothing is answered.
    """

    values: Mapping[str, Plain]
    questions: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Edits:
    """A change of state before the run: `values` by channel; those in `replace` bypass their reducer.

    `as_node` None lets LangGraph infer which node the change counts as having come from.
    """

    values: Mapping[str, Plain]
    replace: frozenset[str] = frozenset()
    as_node: str | None = None


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run is given beside its input, as `config` and `context` of LangGraph's `invoke` take it.

    `context` None: {}, as `langgraph dev` gives it, where the graph has a context schema; what that declares is made of
    it. `configurable` without the address of a checkpoint. `recursion_limit` None: LangGraph's own.
    """

    context: Mapping[str, Plain] | None = None
    configurable: Mapping[str, Plain] = field(default_factory=dict)
    recursion_limit: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run has around it, besides its store.

    `memory_file` is the file in which long-term memory lasts, empty for a store that has memory of its own or in its
    process; `reads_below` a file of the same kind that is only read, under it. `aside`: the run is a sandbox run, so
    that the graph's own memory and caches are not written to, and traces not sent unless it is `traced`.
    """

    memory_file: str = ""
    reads_below: str = ""
    aside: bool = False
    traced: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One run, or one change of state, of one graph on one thread of a store.

    With `checkpoint_id` it starts from that checkpoint (a fork), else from the thread's latest. With `copy_to` the
    checkpoint is first copied to that new thread and everything happens there. `edits` come before the run; with
    `run` False nothing runs after them.

    `store` is the path of a SQLite file, or a URL, which may hold a password. With `bring` (and `copy_to`) the job
    starts from a checkpoint of another store, which is not opened: it is put into the new thread of `store`, which is
    the path of a SQLite file then.

    `settings` None: those that the run had which made the checkpoint that it starts from, as far as that keeps them
    (see kept_settings.py); none for an input. `surroundings` None: memory in a file beside a SQLite file, and a sandbox
    run where something is to `bring`.
    """

    graph: str
    store: str = field(repr=False)
    thread_id: str
    action: Input | Resume | Answer
    checkpoint_id: CheckpointId | None = None
    namespace: str = ""
    edits: Edits | None = None
    copy_to: str | None = None
    run: bool = True
    interrupt_before: tuple[str, ...] = ()
    interrupt_after: tuple[str, ...] = ()
    bring: Bundle | None = None
    settings: RunSettings | None = field(default=None, repr=False)
    surroundings: Surroundings | None = None

    @property
    def target_thread(self) -> str:
        """The thread that the run writes to."""
        return self.copy_to or self.thread_id


# --- told about a graph ---


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """A node of the workflow. A node of a subgraph is called "parent:child", as LangGraph's xray drawing does.

    `source` is empty where Python can't give it; `line` is its first line, from 1. `is_async` says that it can only be
    awaited.
    """

    name: str
    source: str = ""
    file: str = ""
    line: int = 0
    subgraph: str = ""
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class EdgeInfo:
    """An edge of the workflow; "__start__" and "__end__" are the ends."""

    source: str
    target: str
    conditional: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A channel of the state: its declared type in words, and its reducer's name if it has one (else None).

    `delta`: its value is spread over the ancestors of a checkpoint (LangGraph's DeltaChannel).
    """

    name: str
    type: str
    reducer: str | None = None
    delta: bool = False


@dataclass(frozen=True, slots=True)
class Runtime:
    """What runs a graph: a Python, its langgraph and langgraph-checkpoint, and the format of what they write ("v")."""

    python: str
    langgraph: str
    checkpoint: str
    format: int


@dataclass(frozen=True, slots=True)
class GraphInfo:
    """What a graph is, told by a worker that imported it.

    `context_schema` is the JSON schema of what a run is given beside its input, empty where it declares nothing;
    `takes_context`: as LangGraph's context, and not (before 0.6) as values of `configurable` alone. `store` is the
    class of the long-term memory that it was compiled with, empty where it has none of its own. `takes_config`: it is
    made by a function that is given the configurable values of each run.
    `node_names` has every node that a task can be of, by the path of its graph: "" for this graph itself,
    "parent|child" for a subgraph, as far as LangGraph finds those. `runtime` is None where a server runs it.
    `delta_inside`: a subgraph has delta channels.
    `fills_defaults`: the graph builds a type of its own of its input, so that defaults of what is left out hold.
    `outputs` are the channels that a run gives back; empty where that isn't told. `tasks` are the names of functions
    made with `@task`.
    """

    name: str
    description: str
    nodes: tuple[NodeInfo, ...]
    edges: tuple[EdgeInfo, ...]
    channels: tuple[ChannelInfo, ...]
    input_schema: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    context_schema: Mapping[str, Any] = field(default_factory=dict)
    takes_context: bool = False
    store: str = ""
    takes_config: bool = False
    node_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    runtime: Runtime | None = None
    delta_inside: bool = False
    fills_defaults: bool = False
    outputs: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()

    @property
    def own_nodes(self) -> tuple[str, ...]:
        """The nodes of the graph itself, each subgraph as the node that it is, without those of LangGraph's making."""
        names = dict.fromkeys(node.name.split(":")[0] for node in self.nodes)
        return tuple(name for name in names if not name.startswith("__"))


# --- told about a deletion ---


@dataclass(frozen=True, slots=True)
class Deleted:
    """What is gone. `threads` counts those of which nothing is left.

    `bytes` are those of the state, measured as `Plan.bytes` is: in SQLite the same; fewer where the store shares values
    with checkpoints that stay (PostgreSQL, memory). `rest` are those of all else that was stored with it: metadata and
    pending writes. `notes` name the threads that were left as they are, and say why.
    """

    threads: int = 0
    checkpoints: int = 0
    bytes: int = 0
    rest: int = 0
    notes: tuple[str, ...] = ()

    def __add__(self, other: "Deleted") -> "Deleted":
        """What is gone by both."""
        return Deleted(
            self.threads + other.threads,
            self.checkpoints + other.checkpoints,
            self.bytes + other.bytes,
            self.rest + other.rest,
            (*self.notes, *other.notes),
        )


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The bytes of a file, its log's among them, before and after its free room was given back."""

    before: int
    after: int


# --- told about a run ---


class RunStatus(StrEnum):
    """Where a run is. The last five are ends; WAITING is a pause between two tries."""

    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    STOPPING = "stopping"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    STOPPED = "stopped"
    DIED = "died"

    @property
    def live(self) -> bool:
        """Whether the run may still change."""
        return self in (RunStatus.STARTING, RunStatus.RUNNING, RunStatus.WAITING, RunStatus.STOPPING)


class NodeState(StrEnum):
    """How a task of a run is, or how it ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    HANDLED = "handled"
    """It failed, and its error handler took over."""
    CANCELLED = "cancelled"
    """Another task failed, so LangGraph ended this one, or takes its result no more: neither done nor failed."""
    ASKED = "asked"
    CACHED = "cached"
    """The node cache had its result: the node did not run."""
    BEFORE = "before"
    """Its result was saved by a run before: the node did not run again."""
    PAUSED = "paused"
    """A graph inside it paused by itself."""
    STOPPED = "stopped"
    CUT_OFF = "cut_off"
    """Its process was gone before it ended."""
    UNTOLD = "untold"
    """It is over with the run, and nothing says how."""


@dataclass(frozen=True, slots=True)
class NodeRun:
    """One task of the run. Times are seconds since the epoch; `ended` None: it runs. `step` is the superstep.

    `error` is what a task raised that failed, in one line.
    """

    task_id: str
    node: str
    namespace: str
    step: int
    started: float
    ended: float | None = None
    error: str = ""
    state: NodeState = NodeState.RUNNING

    @property
    def interrupted(self) -> bool:
        """Whether it asked something."""
        return self.state is NodeState.ASKED

    @property
    def has_result(self) -> bool:
        """Whether its result counts: it ran to its end, or had its result already."""
        return self.state in (NodeState.DONE, NodeState.CACHED, NodeState.BEFORE)


@dataclass(frozen=True, slots=True)
class Output:
    """Text that came out: `kind` is "stdout", "stderr", "token" (of a chat model), or "custom" (of a stream writer).

    `node` is empty when it isn't known whose it was. Pieces of one kind, node and task in a row are joined.
    """

    kind: str
    node: str
    text: str
    task_id: str = ""


WORKER_DIED = "WorkerDied"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed. `node` is empty when it wasn't in a node; `type` is WORKER_DIED when its process is gone."""

    node: str
    type: str
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Where a run stopped by itself, without a question: `node` is "parent:child" inside a subgraph.

    `how` is "before" or "after", `whose` is "graph" (it is compiled to) or "person"; either is "" where it isn't known.
    """

    node: str
    how: str
    whose: str


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a run that is tried again when it fails, numbered from 1.

    Times are seconds since the epoch; `ended` None: it runs. `pause` is the seconds to wait before the next try, None
    where none follows, or none is known to.
    """

    number: int
    began: float
    status: RunStatus
    ended: float | None = None
    failure: Failure | None = None
    pause: float | None = None


@dataclass(frozen=True, slots=True)
class RunState:
    """A run as it is at one moment. `head` is the newest checkpoint that it wrote in its thread's root.

    `prepared` says how many of `checkpoints` came before the action of the job, by copying and editing; None while that
    is not known to be through. Of one that waits, `next` are the nodes that are due, and `pauses` say where it stopped
    by itself. Of a run that is tried again, `tries` has every try so far, `most_tries` says after how many it ends,
    and `next_try` when the next one begins (seconds since the epoch), while it waits for that.
    """

    id: str
    job: Job
    status: RunStatus
    started: float
    ended: float | None = None
    nodes: tuple[NodeRun, ...] = ()
    output: tuple[Output, ...] = ()
    checkpoints: tuple[CheckpointId, ...] = ()
    head: CheckpointId | None = None
    interrupts: tuple[Interrupt, ...] = ()
    next: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()
    failure: Failure | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)
    prepared: int | None = None
    tries: tuple[Try, ...] = ()
    most_tries: int = 0
    next_try: float | None = None
