"""What the debugger asks of a worker (`Job`), and what it hears of a deletion: frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ui.timetravel.model.bundles import CheckpointBundle
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.values import Plain
from ui.timetravel.worker.child.shared.standard_types import StoredType

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
    run where something is to `bring`. `allowed`: what a person lets be built of this store besides what graphs declare.
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
    bring: CheckpointBundle | None = None
    settings: RunSettings | None = field(default=None, repr=False)
    surroundings: Surroundings | None = None
    allowed: frozenset[StoredType] = frozenset()

    @property
    def target_thread(self) -> str:
        """The thread that the run writes to."""
        return self.copy_to or self.thread_id


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
