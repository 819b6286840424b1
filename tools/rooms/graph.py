"""Cycles in a graph."""


def circles(edges):
    """The groups of nodes that reach each other, each sorted; `edges` maps a node to its dependencies."""
    index, low, stack, on_stack, found = {}, {}, [], set(), []

    def visit(root):
        work = [(root, iter(edges.get(root, ())))]
        enter(root)
        while work:
            node, rest = work[-1]
            for needed in rest:
                if needed not in index:
                    enter(needed)
                    work.append((needed, iter(edges.get(needed, ()))))
                    break
                if needed in on_stack:
                    low[node] = min(low[node], index[needed])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    leave(node)

    def enter(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on_stack.add(node)

    def leave(node):
        group = []
        while not group or group[-1] != node:
            group.append(stack.pop())
            on_stack.discard(group[-1])
        if len(group) > 1:
            found.append(sorted(group))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return sorted(found)
