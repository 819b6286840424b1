"""AudioSocket: many calls over three nodes behind HAProxy, and what happens to nodes meanwhile."""

import collections
import contextlib
import time

from callers import Crowd, bad, wait_until
from nodes import AudioNode, cost
from places import NAMES
from proxies import HAProxy

# What the callers of a node that has gone wait at most, and new calls.
TOLD_SECONDS, ELSEWHERE_SECONDS = 6.0, 4.0
REFUSED_SECONDS = 2.0


class AudioFleet:
    def __init__(self, run, folder, client_id=None):
        self.run, self.calls = run, run.args.calls
        self.limit = limit = self.calls + 20
        self.nodes = {name: AudioNode(run.args.program, run.places[name], folder / name, limit, client_id) for name in NAMES}
        self.proxy = HAProxy(folder, run.args.proxy, run.places.values())
        # Calls of which a party was on a node as it went: the other one, if it came later, is elsewhere.
        self.broken = set()

    def __enter__(self):
        self.ready_seconds = max(node.start() for node in self.nodes.values())
        self.proxy.wait_up(*NAMES)
        return self

    def __exit__(self, *_):
        self.proxy.close()
        for node in self.nodes.values():
            node.close()

    def crowd(self, rate, seconds, most):
        return contextlib.closing(Crowd(self.run.args.crowd, rate, seconds, most))

    def places(self):
        """{call: {node: how many of its parties joined there}}"""
        found = collections.defaultdict(collections.Counter)
        for name, node in self.nodes.items():
            for line in node.told("joined"):
                found[line["call"]][name] += 1
        return found

    def open(self):
        """How many parties of calls the nodes have that answer."""
        return sum(node.figure("palabra_audiosocket_lines") for node in self.nodes.values())

    def wait_for_calls(self, count):
        wait_until(lambda: self.open() >= 2 * count, lambda: f"only {self.open()} of {2 * count} parties are there", step=0.3)

    def here(self, name):
        """The calls that a node has now."""
        node = self.nodes[name]
        over = {line["call"] for line in node.told("call", ever=False)}
        return {line["call"] for line in node.told("joined", ever=False)} - over


def none_is_split(fleet, results):
    places = fleet.places()
    split = {key: dict(place) for key, place in places.items() if len(place) > 1 and key not in fleet.broken}
    assert not split, f"{len(split)} of {len(places)} calls have their parties on two nodes: {list(split.items())[:3]}"
    results["calls, none with its parties on two nodes"] = len(places)


def hurt(fleet, crowd, newcomers, name, how, heal):
    with fleet.run.alerts(f"AudioSocket: {how.__name__}", ("PalabraNodeGone", name)):
        return gone_and_back(fleet, crowd, newcomers, name, how, heal)


def gone_and_back(fleet, crowd, newcomers, name, how, heal):
    """Of the calls that were there only those of this node end, their callers are told, and new ones are answered elsewhere."""
    mine = fleet.here(name)
    others = set().union(*(fleet.here(other) for other in NAMES if other != name))
    began = time.monotonic()
    how()
    gone = lambda: {leg["call"] for leg in bad(crowd.over(began))}  # noqa: E731
    wait_until(lambda: len(of_node(crowd, newcomers, mine, began)) == 0, lambda: f"of {len(mine)} calls {len(of_node(crowd, newcomers, mine, began))} did not end")
    told = max((leg["ended"] - began for leg in bad(crowd.over(began)) if leg["call"] in mine), default=0.0)
    # New ones come on all the while: a second without one that fails.
    last = lambda: max((leg["began"] for leg in bad(newcomers.over(began)) if leg["began"] > began), default=began)  # noqa: E731
    wait_until(lambda: time.monotonic() > max(last(), began + TOLD_SECONDS) + 1.5, "new calls fail on and on")
    wrong = (gone() | {leg["call"] for leg in bad(newcomers.over(began))}) & others
    heal()
    fleet.proxy.wait_up(*NAMES)
    fleet.wait_for_calls(fleet.calls)
    failed = len({leg["call"] for leg in bad(newcomers.over(began)) if leg["began"] > began})
    fleet.broken |= {leg["call"] for callers in (crowd, newcomers) for leg in bad(callers.over(began))}
    found = {"calls of the node": len(mine), "calls of others that ended": len(wrong), "callers were told within, s": round(told, 2),
             "new calls": len({leg["call"] for leg in newcomers.over(began) if leg["began"] > began}), "new calls that failed": failed, "new calls answered again after, s": round(last() - began, 2)}
    assert not wrong, found
    assert told <= TOLD_SECONDS and last() - began <= ELSEWHERE_SECONDS, found
    return found


def of_node(crowd, newcomers, mine, began):
    """The calls of the crowd that the node had, and whose callers were not told yet. Those of newcomers end by themselves."""
    told = collections.Counter(leg["call"] for leg in crowd.over())
    return {call for call in mine if told[call] < 2} - {leg["call"] for leg in newcomers.over()}


def disasters(fleet, results):
    with fleet.crowd(20, 100000, fleet.calls) as crowd, fleet.crowd(4, 1, 20) as newcomers:
        fleet.wait_for_calls(fleet.calls)
        results["spread"] = {name: len(fleet.here(name)) for name in NAMES}
        a, b, c = (fleet.nodes[name] for name in NAMES)
        results["cost"] = cost(fleet.nodes.values(), lambda: fleet.open() / 2)
        results["killed"] = hurt(fleet, crowd, newcomers, "a", a.kill, a.start)
        results["stopped"] = hurt(fleet, crowd, newcomers, "b", b.stop_process, b.continue_process)
        results["line cut"] = hurt(fleet, crowd, newcomers, "c", c.place.cut, c.place.mend)
        results["one is full"] = one_full(fleet)
        with fleet.run.alerts("AudioSocket: all are full", ("PalabraNoRoom", ""), ("PalabraFleetNearlyFull", "")):
            results["all are full"] = all_full(fleet)


def one_full(fleet):
    a = fleet.nodes["a"]
    a.limit_to(1)
    fleet.proxy.wait(lambda found: found["a"][1] == 0, "HAProxy does not see that it is full")
    before = {line["call"] for line in a.told("joined")}
    with fleet.crowd(10, 1, 10) as more:
        wait_until(lambda: len(more.over()) >= 20, "the calls do not end")
        legs = more.over()
    took = {leg["call"] for leg in legs} & ({line["call"] for line in a.told("joined")} - before)
    found = {"new calls": len({leg["call"] for leg in legs}), "failed": len(bad(legs)), "of these at the full node": len(took)}
    assert not bad(legs) and not took, found
    a.limit_to(fleet.limit)
    fleet.proxy.wait_up("a")
    return found


def all_full(fleet):
    for name in NAMES:
        fleet.nodes[name].limit_to(1)
    fleet.proxy.wait(lambda found: not any(weight for _, weight in found.values()), "HAProxy does not see that all are full")
    with fleet.crowd(10, 1000, 10) as more:
        told = {(name, "palabra-audiosocket", "") for name in ("PalabraNoRoom", "PalabraFleetNearlyFull")}
        wait_until(lambda: fleet.run.prometheus.states() >= told, "no alert that there is no room", step=0.5)
        wait_until(lambda: len({leg["call"] for leg in more.over()}) >= 10, "the calls are not refused")
        legs = more.over()
    found = {"new calls": len({leg["call"] for leg in legs}), "answered": sum(leg["first"] > 0 for leg in legs),
             "told within, s": round(max(leg["ended"] - leg["began"] for leg in legs), 2)}
    for name in NAMES:
        fleet.nodes[name].limit_to(fleet.limit)
    fleet.proxy.wait_up(*NAMES)
    assert found["answered"] == 0 and found["told within, s"] <= REFUSED_SECONDS, found
    return found


def update(fleet, results):
    """All three, one after the other, while calls begin and end."""
    with fleet.run.alerts("AudioSocket: update"), fleet.crowd(fleet.calls / 10, 6, fleet.calls) as crowd:
        wait_until(lambda: len(crowd.over()) >= fleet.calls // 2, "no call ends")
        drained, ready = zip(*(step for name in NAMES for step in [fleet.nodes[name].update()] if fleet.proxy.wait_up(name) is None))
        crowd.stop()
        legs = crowd.over()
    found = {"calls": len({leg["call"] for leg in legs}), "lost or refused": len({leg["call"] for leg in bad(legs)}), "drained within, s": round(max(drained), 1),
             "new one ready within, s": round(max(ready), 2)}
    results["update"] = found
    assert not bad(legs), (found, bad(legs)[:4])


def account(fleet, results):
    """The service refuses all sessions."""
    connects = lambda: sum(node.figure('palabra_sessions_opened_total{product="translation"}') for node in fleet.nodes.values())  # noqa: E731
    before = connects()
    with fleet.run.alerts("AudioSocket: account", ("PalabraAccountRefused", ""), ("PalabraNoRoom", "")), fleet.crowd(10, 2, 50) as crowd:
        began = time.monotonic()
        wait_until(lambda: time.monotonic() > began + fleet.run.ACCOUNT_SECONDS, "")
        crowd.stop()
        legs = crowd.over()
    refused = {leg["call"] for leg in legs if leg["first"] == 0}
    tried = connects() - before
    results["account"] = {"calls": len({leg["call"] for leg in legs}), "refused at once": len(refused), "sessions that were asked for": int(tried),
                          "of these a minute": round(60 * tried / fleet.run.ACCOUNT_SECONDS, 1)}
    assert len(refused) > 0 and tried <= 2 * len(NAMES) * 3, results["account"]
