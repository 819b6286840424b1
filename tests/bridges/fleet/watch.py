"""Prometheus beside the try: which alerts fire when, and the graphs that it draws."""

import contextlib
import time

from proxies import Prometheus


@contextlib.contextmanager
def watching(run, folder, nodes, picture):
    run.prometheus = Prometheus(folder, run.args.fleet / "alerts.yml", nodes)
    try:
        run.prometheus.wait(lambda found: True, "Prometheus does not answer")
        began = time.time()
        yield
        if picture:
            run.found[picture]["graphs"] = graphs(run.prometheus, picture, began, time.time())
    finally:
        run.prometheus.close()
        run.prometheus = None


# {title of a graph: query by node}; docs/fleet.md says of each what is to be seen.
QUERIES = {
    "calls of each node": "palabra_{kind}_calls",
    "nodes that take calls": "palabra_{kind}_ready",
    "new calls a second": "rate(palabra_{kind}_calls_total[5s])",
    "refused calls a second": "sum by (node) (rate(palabra_{kind}_refused_total[5s]))",
    "sessions of each node that are open": "sum by (node) (palabra_sessions_open)",
}


def graphs(prometheus, kind, began, ended):
    return {title: prometheus.series(query.format(kind=kind), began, ended) for title, query in QUERIES.items()}
