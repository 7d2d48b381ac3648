from ui.timetravel.model.runs import RunState


def printed(state: RunState, kind: str = "stdout") -> dict[str, str]:
    """All text of one kind, by node."""
    found: dict[str, str] = {}
    for each in state.output:
        if each.kind == kind:
            found[each.node] = found.get(each.node, "") + each.text
    return found
