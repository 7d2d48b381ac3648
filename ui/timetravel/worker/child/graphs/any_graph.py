"""The type of a graph, whatever its state, context, input and output are."""

from typing import Any

from langgraph.pregel import Pregel

AnyGraph = Pregel[Any, Any, Any, Any]
