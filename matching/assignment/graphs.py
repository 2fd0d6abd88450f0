"""The graph algorithms that SciPy brings. It is loaded when the first of them runs: a process that only reads does without."""

import numpy as np
from numpy.typing import NDArray

from matching.assignment.problem import Ints

Floats = NDArray[np.float64]


def shortest_paths(lengths: Floats, sources: Ints, pointers: Ints, target: int) -> tuple[Floats, Ints]:
    """(nodes,) the length of the shortest path from each node to the target, and the next node on it, negative without one.

    Dijkstra's method. The arcs are given by the node they lead to: those into node k are `pointers[k]` to `pointers[k + 1]`.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    nodes = len(pointers) - 1
    reversed_arcs = csr_array((lengths, sources, pointers), shape=(nodes, nodes))
    length, following = dijkstra(reversed_arcs, indices=target, return_predecessors=True)
    return length, following.astype(np.int64)


def maximum_matching(rows: Ints, columns: Ints, shape: tuple[int, int]) -> Ints:
    """(rows,) the column that each row is matched to, or -1. Hopcroft and Karp's method."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    graph = csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=shape)
    matched: Ints = maximum_bipartite_matching(graph, perm_type="column").astype(np.int64)
    return matched


def strong_components(sources: Ints, targets: Ints, nodes: int) -> tuple[int, Ints]:
    """How many strongly connected components there are, and (nodes,) the number of each node's: cycles stay inside one."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = csr_array((np.ones(len(sources), dtype=np.int8), (sources, targets)), shape=(nodes, nodes))
    count, component = connected_components(graph, directed=True, connection="strong")
    return int(count), component.astype(np.int64)
