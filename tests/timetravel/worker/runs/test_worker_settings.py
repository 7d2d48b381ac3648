"""What a run is given beside its input, and what a run that goes on from one of its checkpoints inherits of it."""

from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.timetravel.worker.oracles.official import both_stores, found, listed, opened
from ui.timetravel.errors import GraphLoadError
from ui.timetravel.model.jobs import Answer, Edits, Input, Job, Resume, RunSettings
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.runs.retries.retry_policy import RetryPolicy
from ui.timetravel.runs.retries.retrying_run import RetryingRun
from ui.timetravel.worker.child.shared.kept_settings import KEPT
from ui.timetravel.worker.resident.worker import ResidentWorker

PROJECTS = Path(__file__).parents[1] / "projects"


def first(store: str, thread: str = "t") -> str:
    """The checkpoint before the first node."""
    return str(next(each for each in listed(store, thread) if each.metadata.get("step") == 0).checkpoint["id"])


def run_by_others(store: str, graph: Any, **config: Any) -> None:
    """What a program of somebody's own leaves."""
    with opened(store) as saver:
        graph.copy({"checkpointer": saver}).invoke({"n": 0}, {"configurable": {"thread_id": "t"} | config})


@pytest.fixture
def configured(workers) -> Any:
    from tests.timetravel.worker.projects.inputs import reading_settings

    return reading_settings.config


class TestAContext:
    def test_is_made_of_its_defaults_where_nothing_is_given(self, do, values):
        assert do("context_nested").status is RunStatus.FINISHED
        assert values()["said"] == "Nested(inner=Inner(size=1), colour=<Colour.RED: 'red'>, mode='slow')"

    def test_has_its_nested_parts_and_enums_made_too(self, do, values):
        given = {"inner": {"size": 4}, "colour": "blue", "mode": "fast"}
        do("context_nested", settings=RunSettings(context=given))
        assert values()["said"] == "Nested(inner=Inner(size=4), colour=<Colour.BLUE: 'blue'>, mode='fast')"

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"mode": "never"}, "mode must be 'slow' or 'fast', not \"never\"."),
            ({"colour": "green"}, "colour must be 'red' or 'blue', not \"green\"."),
            ({"inner": {"size": "big"}}, 'inner.size must be a whole number, not "big".'),
            ({"inner": {"size": []}}, "inner.size must be a whole number, not another value."),
        ],
    )
    def test_that_does_not_fit_is_refused_before_anything_is_written(self, do, store, given, said):
        state = do("context_nested", settings=RunSettings(context=given))
        assert state.failure.type == "Refused"
        assert said in state.failure.message
        assert listed(store) == []

    def test_that_lacks_what_is_required_is_refused_by_its_name(self, do, store):
        state = do("context_needy")
        assert state.failure.type == "Refused"
        assert "context is not what this graph declares. model is missing. Mend it under" in state.failure.message
        assert listed(store) == []

    def test_is_kept_with_each_checkpoint_and_inherited(self, do, store, values):
        do("context_needy", settings=RunSettings(context={"model": "large"}))
        assert {each.metadata[KEPT]["context"]["model"] for each in listed(store)} == {"large"}
        do("context_needy", Resume(), checkpoint_id=first(store))
        assert values()["said"] == "Needy(model='large', limit=3)"

    def test_that_the_store_does_not_keep_starts_empty_where_it_is_required_which_is_told(self, do, store, values):
        from tests.timetravel.worker.projects.inputs import reading_settings

        with SqliteSaver.from_conn_string(store) as saver:
            needy = reading_settings.needy.copy({"checkpointer": saver})
            needy.invoke({"n": 0}, {"configurable": {"thread_id": "t"}}, context=reading_settings.Needy("large"))
        state = do("context_needy", Resume(), checkpoint_id=first(store))
        assert values()["said"] == "Needy(model='', limit=3)"
        assert any("does not keep the context" in note and "model" in note for note in state.notes)

    def test_keeps_no_secret(self, do, store, values):
        state = do("context_strict", settings=RunSettings(context={"api_key": "sk-4711", "user": "ann"}))
        assert values()["said"] == "Strict(api_key=SecretStr('**********'), user='ann')"
        assert "4711" not in str([each.metadata for each in listed(store)]) + str(state.notes)
        assert found(store).metadata[KEPT]["left_out"] == ["api_key"]


class TestConfigurableValues:
    @both_stores
    def test_of_a_run_by_others_are_inherited_by_a_run_from_its_checkpoint(self, do, store, values, configured):
        with opened(store) as saver:
            if hasattr(saver, "setup"):
                saver.setup()
        run_by_others(store, configured, tenant="acme", user_id="ann")
        before = values()["said"]
        state = do("configured", Resume(), checkpoint_id=first(store))
        assert values()["said"] == before == "({'tenant': 'acme', 'user_id': 'ann'}, False, [])"
        assert any('tenant "acme"' in note for note in state.notes)

    def test_are_inherited_by_a_fork_into_another_thread_too(self, do, store, values, configured):
        run_by_others(store, configured, tenant="acme")
        do("configured", Resume(), checkpoint_id=first(store), copy_to="u")
        assert "acme" in values("u")["said"]

    def test_are_looked_for_above_a_change_that_was_made_without_them(self, do, store, values, configured):
        run_by_others(store, configured, tenant="acme")
        with SqliteSaver.from_conn_string(store) as saver:
            config = {"configurable": {"thread_id": "t"}}
            configured.copy({"checkpointer": saver}).update_state(config, {"n": 1}, as_node="__start__")
        do("configured", Resume())
        assert "acme" in values()["said"]

    def test_given_now_take_the_place_of_those_inherited(self, do, store, values, configured):
        run_by_others(store, configured, tenant="acme", user_id="ann")
        settings = RunSettings(configurable={"user_id": "bob"})
        do("configured", Resume(), checkpoint_id=first(store), settings=settings)
        assert values()["said"] == "({'user_id': 'bob'}, False, [])"
        do("configured", Resume(), checkpoint_id=first(store))
        assert "ann" in values()["said"]

    def test_that_are_no_plain_values_are_kept_and_inherited_too(self, do, store, values):
        do("configured", settings=RunSettings(configurable={"tools": ["a", {"b": 1}]}))
        do("configured", Resume(), checkpoint_id=first(store))
        assert values()["said"] == "({'tools': ['a', {'b': 1}]}, False, [])"

    def test_can_be_cleared(self, do, store, values):
        do("configured", settings=RunSettings(configurable={"tenant": "acme"}))
        edits = Edits({"n": 1}, as_node="__start__")
        do("configured", Resume(), checkpoint_id=first(store), settings=RunSettings(), edits=edits)
        assert values()["said"] == "({}, False, [])"
        do("configured", Resume(), checkpoint_id=found(store).parent_config["configurable"]["checkpoint_id"])
        assert values()["said"] == "({}, False, [])"

    def test_never_change_where_the_run_writes_to(self, do, store):
        do("configured", settings=RunSettings(configurable={"thread_id": "other", "checkpoint_ns": "x:1"}))
        assert {each.config["configurable"]["thread_id"] for each in listed(store)} == {"t"}

    def test_of_a_secret_name_are_used_and_not_written(self, do, store, values):
        do("configured", settings=RunSettings(configurable={"api_key": "sk-4711"}))
        assert "sk-4711" in values()["said"]
        assert "4711" not in str([each.metadata for each in listed(store)])

    def test_reach_a_graph_that_takes_them_as_context(self, do, values):
        do("context_needy", settings=RunSettings(configurable={"model": "mirrored"}))
        assert values()["said"] == "Needy(model='mirrored', limit=3)"

    def test_make_a_graph_that_a_function_makes_of_them(self, do, store, values, workers):
        assert workers.describe("made_for").takes_config
        do("made_for", settings=RunSettings(configurable={"tenant": "acme"}))
        assert values()["said"] == "made for acme"
        do("made_for", Resume(), checkpoint_id=first(store))
        assert values()["said"] == "made for acme"
        do("made_for", thread_id="u")
        assert values("u")["said"] == "made for none"


class TestWhatGoesOn:
    def test_an_answer_goes_with_the_settings_of_the_run_that_asked(self, do, store, values):
        do("asking", settings=RunSettings(configurable={"tenant": "acme"}))
        do("asking", Answer({"": "ann"}))
        assert values()["said"] == "ann for acme"

    def test_so_does_another_answer_on_a_new_branch(self, do, store, values):
        do("asking", settings=RunSettings(configurable={"tenant": "acme"}))
        asked = str(found(store).checkpoint["id"])
        do("asking", Answer({"": "ann"}))
        do("asking", Answer({"": "bob"}), checkpoint_id=asked)
        assert values()["said"] == "bob for acme"

    def test_and_each_try_of_a_run_that_is_tried_again(self, workers, store, values, tmp_path):
        settings = RunSettings(configurable={"tenant": "acme", "marker": str(tmp_path / "marker")})
        job = Job("failing", store, "t", Input({}), settings=settings)
        state = RetryingRun(workers, job, RetryPolicy(3, 0.0, 1.0), lambda thread: None).wait(60)
        assert state.status is RunStatus.FINISHED
        assert values()["said"] == "acme"

    def test_a_resume_after_a_failure(self, do, values, tmp_path):
        settings = RunSettings(configurable={"tenant": "acme", "marker": str(tmp_path / "marker")})
        assert do("failing", settings=settings).status is RunStatus.FAILED
        assert do("failing", Resume()).status is RunStatus.FINISHED
        assert values()["said"] == "acme"


class TestAFunctionThatMakesAGraph:
    @pytest.mark.parametrize(
        ("graph", "said"),
        [
            ("needing", "made for acme"),
            ("opened_for", "opened for acme"),
            ("with_runtime", "_ExecutionRuntime acme"),
        ],
    )
    def test_is_given_the_configurable_values_of_each_run(self, do, store, values, graph, said):
        settings = RunSettings(configurable={"tenant": "acme"})
        assert do(graph, settings=settings).status is RunStatus.FINISHED
        assert values()["said"] == said
        do(graph, Resume(), checkpoint_id=first(store))
        assert values()["said"] == said

    def test_can_be_described_with_values_that_it_needs(self, workers):
        with pytest.raises(GraphLoadError, match="tenant") as caught:
            workers.describe("needing")
        assert caught.value.takes_config
        assert workers.describe("needing", configurable={"tenant": "acme"}).takes_config

    def test_is_called_anew_for_each_run_in_a_worker_that_stays(self):
        keeper = ResidentWorker(load_project(PROJECTS), target="memory:")
        try:
            for tenant in ("acme", "ajax"):
                settings = RunSettings(configurable={"tenant": tenant})
                keeper.start(Job("made_for", "memory:", tenant, Input({}), settings=settings)).wait(30)
            store = keeper.store()
            latest = {tenant: store.skeleton(tenant).ids for tenant in ("acme", "ajax")}
            said = [store.checkpoint(tenant, "", ids[-1]).values["said"] for tenant, ids in latest.items()]
            assert said == ["made for acme", "made for ajax"]
            keeper.start(Job("made_for", "memory:", "acme", Resume(), checkpoint_id=latest["acme"][1])).wait(30)
            assert store.checkpoint("acme", "", store.skeleton("acme").ids[-1]).values["said"] == "made for acme"
        finally:
            keeper.close()


class TestTheRest:
    def test_a_recursion_limit_and_tags_reach_the_run_and_are_inherited(self, do, store, values):
        do("configured", settings=RunSettings(recursion_limit=77, tags=("mine",)))
        assert values()["said"] == "({}, True, ['mine'])"
        do("configured", Resume(), checkpoint_id=first(store))
        assert values()["said"] == "({}, True, ['mine'])"

    def test_nothing_is_added_to_what_a_run_without_settings_writes(self, do, store):
        do("configured", Input({"n": 0}))
        do("configured", Resume(), checkpoint_id=first(store))
        assert not any(KEPT in each.metadata for each in listed(store))

    def test_a_graph_says_what_it_wants(self, workers):
        info = workers.describe("context_nested")
        assert set(info.context_schema["properties"]) == {"inner", "colour", "mode"}
        assert info.takes_context
        assert workers.describe("configured").context_schema["properties"]["user_id"]["type"] == "string"
        assert not workers.describe("steps").context_schema
