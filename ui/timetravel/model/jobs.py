"""What a screen asks for (`RunRequest`), what a runner gets to do (`Job`), and what a deletion reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from ui.timetravel.model.bundles import CheckpointBundle
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.targets import StoreKind, kind_of
from ui.timetravel.model.values import Plain
from ui.timetravel.worker.child.shared.standard_types import StoredType

# --- requests ---


@dataclass(frozen=True, slots=True)
class Input:
    """Start from START with this input, which goes through the reducers like any write."""

    value: Plain


@dataclass(frozen=True, slots=True)
class Resume:
    """Continue with the nodes that are due: `invoke(None)`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was shown: its id, what it asks, and how many answers its task had been given at that time.

    `earlier` (the number of answers) is None where it is not known. It distinguishes questions that one task asks one
    after the other. `response_schema` is the JSON schema of the answer, where the node gave one.
    """

    id: str
    value: Plain
    earlier: int | None = None
    response_schema: Plain = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Answers to interrupts, by interrupt id; the id "" answers the only one, in old stores without ids.

    `questions` are those that were shown: if one of them is no longer what is being asked, nothing is answered.
    """

    values: Mapping[str, Plain]
    questions: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Edits:
    """A change of state before the run: `values` by channel; those in `replace` bypass their reducer.

    `as_node` is the node that the change counts as a write of. With None LangGraph infers it.
    """

    values: Mapping[str, Plain]
    replace: frozenset[str] = frozenset()
    as_node: str | None = None


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run is given beside its input, as `config` and `context` of LangGraph's `invoke`.

    `context` None: {}, as `langgraph dev` gives it, where the graph has a context schema; defaults come from that
    schema. `configurable` must not name a checkpoint. `recursion_limit` None: LangGraph's own.
    """

    context: Mapping[str, Plain] | None = None
    configurable: Mapping[str, Plain] = field(default_factory=dict)
    recursion_limit: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run can use besides its store.

    `memory_file` is the file that keeps long-term memory; empty for a store that has a memory of its own, or in its
    process. `reads_below` is a file of the same kind that is read where `memory_file` has no item, and never written.
    `aside`: the run is a sandbox run, so the graph's own memory and caches are not written to, and no traces are sent
    unless it is `traced`.
    """

    memory_file: str = ""
    reads_below: str = ""
    aside: bool = False
    traced: bool = False


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One run, or one change of state, of one graph on one thread, before a store is chosen for it.

    With `checkpoint_id` it starts from that checkpoint (a fork), else from the thread's latest. With `copy_to` the
    checkpoint is first copied to that new thread and everything happens there. `edits` are made before the run; with
    `run` False nothing runs after them.

    With `bring` (and `copy_to`) it starts from a checkpoint of another store, which is not opened: the checkpoint is
    put into the new thread of the chosen store, which must then be a SQLite file.

    `settings` None: those of the run that made the checkpoint it starts from, as far as that keeps them (see
    kept_settings.py); none for an input.
    """

    graph: str
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

    def on(self, store: str) -> "Job":
        """The same on a store, whose target this is. Raises ValueError for an empty one."""
        return Job(store=store, **{each.name: getattr(self, each.name) for each in fields(self)})


@dataclass(frozen=True, slots=True)
class Job:
    """A `RunRequest` on a store: what a runner does. Raises ValueError where no store is named.

    `store` is its target: the path of a SQLite file, or a URL, which may contain a password. The fields that a
    `RunRequest` has as well mean the same here.

    `surroundings` None: memory in a file beside a SQLite file, and a sandbox run if there is something to `bring`.
    `allowed`: types that a person allows to be built from this store, besides those that graphs declare.
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

    def __post_init__(self) -> None:
        if not self.store:
            raise ValueError("A job is done on a store: name it.")

    @property
    def kind(self) -> StoreKind:
        """The kind of its store."""
        return kind_of(self.store)

    @property
    def request(self) -> RunRequest:
        """The same without the store, to be asked for again."""
        return RunRequest(**{each.name: getattr(self, each.name) for each in fields(RunRequest)})

    @property
    def target_thread(self) -> str:
        """The thread that the run writes to."""
        return self.copy_to or self.thread_id


# --- the result of a deletion ---


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion removed. `threads` counts the threads of which nothing remains.

    `bytes` are those of the state, measured as `Plan.bytes` is: the same number in SQLite; fewer where the store shares
    values with checkpoints that stay (PostgreSQL, memory). `rest` are the bytes of metadata and pending writes. `notes`
    name the threads that were not deleted, and say why.
    """

    threads: int = 0
    checkpoints: int = 0
    bytes: int = 0
    rest: int = 0
    notes: tuple[str, ...] = ()

    def __add__(self, other: "Deleted") -> "Deleted":
        """The sum of both deletions."""
        return Deleted(
            self.threads + other.threads,
            self.checkpoints + other.checkpoints,
            self.bytes + other.bytes,
            self.rest + other.rest,
            (*self.notes, *other.notes),
        )


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The bytes of a file and its log, before and after its free space was given back."""

    before: int
    after: int
