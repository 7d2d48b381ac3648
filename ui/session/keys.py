"""Every key under which something is kept for one browser tab, all in one place, so that no two things share one."""

# components/base/fault.py
SCREEN = "screen"
"""The name of the screen that was drawn last."""

# components/base/reload_when_refused.py
RELOAD_WHEN_REFUSED = "reload_when_refused"
"""The key of a container that the page's style hides."""

# components/checkpoint/interrupts/form.py
ANSWER_PRESSED = "answer_pressed"
"""The key of the form whose button was pressed, until that form is drawn."""

# components/checkpoint/panel.py and state_tab.py
TAB = "tab"
CHANNEL = "channel"

# components/cleanup/delete.py
CLEANING_SHRINK = "cleaning_shrink"

# components/cleanup/state.py
CLEANING_ASKED = "cleaning_asked"
CLEANING_PREVIEW = "cleaning_preview"
CLEANING_DELETE = "cleaning_delete"
CLEANING_DONE = "cleaning_done"

# components/history/follow.py
FOLLOW = "follow"
FOLLOW_STAYS = "follow_stays"
"""An address that names no checkpoint, and the view that was made from it."""
FOLLOW_KNOWN = "follow_known"
"""The selected checkpoint, and the number of checkpoints in its history when it was selected."""
FOLLOW_TROUBLE = "follow_trouble"

# components/history/panel.py
HISTORY_KIND = "history_kind"

# components/history/paging.py
HISTORY_SHOWN = "history_shown"
"""The part that was shown last."""

# components/history/table.py
HISTORY_TABLE = "history_table"
HISTORY_TABLE_SCROLL = "history_table_scroll"
HISTORY_TABLE_PICKED_LATE = "history_table_picked_late"

# components/history/tree.py
HISTORY_TREE = "history_tree"

# components/lessons/choice.py
LESSON_LANGUAGE = "lesson_language"
LESSON_CHOICE = "lesson_choice"
LESSON_SPOT = "lesson_spot"

# components/lessons/text.py
LESSON_CHECKED = "lesson_checked"
LESSON_TROUBLE = "lesson_trouble"
"""The step that failed, and why. It stays until another one is pressed."""

# components/run/form.py
THREAD_KIND = "thread_kind"
THREAD_GO_ON = "thread_go_on"
"""Whether a run is for a new thread or continues an old one, and whether a button asked for the latter."""

# components/run/store_choice.py
RUN_STORE = "run_store"
RUN_STORE_ASKED = "run_store_asked"
RUN_STORE_PROBLEM = "run_store_problem"

# components/run/strip.py
RUN_FOLLOWED = "run_followed"
"""The run whose last checkpoint was selected when it ended."""

# components/sidebar/namespaces.py
NAMESPACE = "namespace"

# components/sidebar/store.py
STORE_CHOICE = "store_choice"
RESTART_OPEN = "restart_open"

# components/sidebar/threads.py
THREADS = "threads"
THREADS_SHOWN = "threads_shown"

# components/sidebar/transport.py
GO_TO_STEP = "go_to_step"
SLIDER_SHOWN = "slider_shown"
"""The key of the slider that was drawn last."""

# components/tasks/form.py
TASK_TOPIC = "task_topic"
TASK_PLATFORM = "task_platform"
TASK_WITHOUT_TOPIC = "task_without_topic"

# components/tasks/list.py
TASK_LIST = "task_list"

# screens/learn.py
LEARNING = "learning"
"""The lesson that was last open, so that visiting another page does not lose it."""

# screens/links.py
PAGES = "pages"

# screens/run.py
GRAPH = "graph"

# screens/tasks.py
TASK_SELECTED = "task_selected"
"""An address that names no task, and the task that was selected for it."""

# session/context.py
CODE_EDITION = "code_edition"
"""A number that increases when a person has the graphs' code read again."""
VIEW = "view"
"""The view that the page last drew, with its defaults filled in."""
NAMED = "named"
ADDRESS = "address"
"""The query parameters that the server set last, or with which the whole page was requested."""
CAME_WITH = "came_with"
"""The view of the address that the person opened."""
RUNS_WATCHED = "runs_watched"
SANDBOX_TRACED = "sandbox_traced"
"""Whether a person who has seen the address wants traces of sandbox runs to be sent."""
GRAPHS_MADE_OF = "graphs_made_of"
"""The values that a person gave for a function that makes a graph, by the graph's name."""
GRAPHS_DESCRIBED = "graphs_described"
GRAPHS_CHOSEN = "graphs_chosen"
"""The graph that was chosen for a thread, by the store's name and the thread."""

# session/reads/cached_tasks.py
TASKS_SHOWN = "tasks_shown"

# session/reads/patient_reads.py
READING_STOPPED = "reading_stopped"
"""The reads that a person stopped waiting for."""

# session/start_run.py
START_TROUBLE = "start_trouble"

# session/uncaught.py
CAUGHT_IN_CALLBACKS = "caught_in_callbacks"
"""The errors in the callbacks of one press, with a mark that identifies the press."""
