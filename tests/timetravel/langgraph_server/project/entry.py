"""The functional API: its state is one value, whatever that is, and its tasks have results and no channels."""

from langgraph.func import entrypoint, task


@task
def double(number: int) -> int:
    return number * 2


@entrypoint()
def graph(number: int) -> str:
    return f"twice {number} is {double(number).result()}"
