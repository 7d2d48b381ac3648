"""Resume with retries: how often, how long in between, and what these numbers mean."""

from tests.components.conftest import Drawn
from ui.components.run.retry_button import retry_popover
from ui.timetravel.runs.retries.retry_policy import RetryPolicy


def test_the_numbers_that_were_typed_are_those_that_it_goes_on_by(drawn: Drawn) -> None:
    went: list[RetryPolicy] = []
    part = drawn(lambda: retry_popover(went.append, "<k> \ud83d"))
    tries, first, factor = part.app.number_input
    tries.set_value(2)
    first.set_value(0.5)
    factor.set_value(3.0).run()
    assert went == []
    part.press("Start")
    assert went == [RetryPolicy(2, 0.5, 3.0)]


def test_it_says_what_the_numbers_mean(drawn: Drawn) -> None:
    part = drawn(lambda: retry_popover(lambda _: None, "k"))
    part.app.number_input[0].set_value(1).run()
    assert part.says == "Tries once, without a pause."
    part.app.number_input[0].set_value(3)
    part.app.number_input[1].set_value(1.0)
    part.app.number_input[2].set_value(2.0).run()
    assert part.says.endswith("Waits 1 s, 2 s in between.")


def test_of_many_pauses_the_first_and_the_last_are_said(drawn: Drawn) -> None:
    part = drawn(lambda: retry_popover(lambda _: None, "k"))
    part.app.number_input[0].set_value(part.app.number_input[0].max).run()
    assert ", …, " in part.says


def test_where_nothing_may_run_it_can_not_be_opened(drawn: Drawn) -> None:
    part = drawn(lambda: retry_popover(lambda _: None, "k", disabled=True))
    assert [one.proto.popover.disabled for one in part.app.get("popover")] == [True]
