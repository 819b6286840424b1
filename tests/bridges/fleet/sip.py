"""SIP: calls over three nodes behind Kamailio, and what happens to nodes meanwhile."""

import contextlib
import pathlib
import subprocess
import time

from callers import wait_until
from nodes import SIP_PORT, SipNode, cost
from phones import Phones, Traffic
from places import HUB, NAMES
from proxies import Kamailio

HERE = pathlib.Path(__file__).resolve().parent
TOLD_SECONDS, ELSEWHERE_SECONDS = 6.0, 4.0


class SipFleet:
    def __init__(self, run, folder, client_id=None, limit=None):
        self.run, self.calls, self.limit = run, run.args.sip_calls, limit or run.args.sip_calls + 10
        self.folder = folder
        self.phones = Phones((HUB, SIP_PORT))
        self.nodes = {name: SipNode(run.args.module, self.phones.uri("callee"), run.places[name], folder / name, self.limit, client_id) for name in NAMES}
        self.proxy = Kamailio(folder, run.args.fleet / "kamailio.cfg", run.places.values())
        self.addresses = {name: node.place.address for name, node in self.nodes.items()}

    def __enter__(self):
        self.ready_seconds = max(node.start() for node in self.nodes.values())
        self.proxy.wait_up(*NAMES)
        return self

    def __exit__(self, *_):
        self.proxy.close()
        for node in self.nodes.values():
            node.close()
        self.phones.close()

    def traffic(self, rate, seconds, most):
        return contextlib.closing(Traffic(self.phones, rate, seconds, most))

    def here(self, name, traffic):
        return [party for party in list(traffic.parties) if party.state == "answered" and party.node == self.addresses[name]]

    def wait_for_calls(self, traffic, count):
        wait_until(lambda: sum(party.state == "answered" and party.packets > 0 for party in list(traffic.parties)) >= count,
                   lambda: f"not {count} calls: {[(party.state, party.code, party.packets) for party in traffic.parties][:20]}")


def hurt(fleet, traffic, newcomers, name, how, heal):
    with fleet.run.alerts(f"SIP: {how.__name__}", ("PalabraNodeGone", name)):
        return gone_and_back(fleet, traffic, newcomers, name, how, heal)


def gone_and_back(fleet, traffic, newcomers, name, how, heal):
    mine = fleet.here(name, traffic)
    began = time.monotonic()
    how()
    wait_until(lambda: all(party.state == "lost" for party in mine), lambda: f"callers of {name} were not told: {[party.state for party in mine]}", patience=20)
    told = max((party.ended - began for party in mine), default=0.0)
    late = lambda: [party.began for party in [*traffic.parties, *newcomers.parties] if party.began > began and (party.state == "refused" or party.answered - party.began > ELSEWHERE_SECONDS)]  # noqa: E731
    wait_until(lambda: time.monotonic() > began + TOLD_SECONDS + 1.5, "")
    wrong = [party for party in [*traffic.bad(began), *newcomers.bad(began)] if party.node not in (fleet.addresses[name], None)]
    after = [party for party in [*traffic.parties, *newcomers.parties] if party.began > began and party.answered]
    heal()
    fleet.proxy.wait_up(*NAMES)
    fleet.wait_for_calls(traffic, fleet.calls)
    # What a node has that was cut off, and whose caller is gone, ends by itself.
    node, known = fleet.nodes[name], lambda: len(fleet.here(name, traffic)) + len(fleet.here(name, newcomers))
    wait_until(lambda: node.figure(node.CALLS) <= known() + 1, lambda: f"{node.figure(node.CALLS)} calls at {name} in place of {known()}", step=0.3)
    found = {"calls of the node": len(mine), "calls of others that ended": len(wrong), "callers were told within, s": round(told, 2), "new calls refused": len(late()),
             "new calls": len(after), "longest until one was answered, s": round(max((party.answered - party.began for party in after), default=0.0), 2)}
    assert mine and not wrong and told <= TOLD_SECONDS and not late() and found["longest until one was answered, s"] <= ELSEWHERE_SECONDS, found
    return found


def disasters(fleet, results):
    with fleet.traffic(10, 100000, fleet.calls) as traffic, fleet.traffic(2, 1, 6) as newcomers:
        fleet.wait_for_calls(traffic, fleet.calls)
        results["spread"] = {name: len(fleet.here(name, traffic)) for name in NAMES}
        a, b, c = (fleet.nodes[name] for name in NAMES)
        results["cost"] = cost(fleet.nodes.values(), lambda: len(fleet.phones.open()))
        results["killed"] = hurt(fleet, traffic, newcomers, "a", a.kill, a.start)
        results["stopped"] = hurt(fleet, traffic, newcomers, "b", b.stop_process, b.continue_process)
        results["line cut"] = hurt(fleet, traffic, newcomers, "c", c.place.cut, c.place.mend)


def sipp(fleet, results):
    """Signalling of somebody else: sipp calls, talks for two seconds and hangs up, while a node is updated."""
    before, count = sum(node.figure("palabra_sip_calls_total") for node in fleet.nodes.values()), 2 * fleet.calls
    command = ["sipp", "-sf", HERE / "caller.xml", "-i", HUB, "-p", "5090", "-s", "spanish", "-m", count, "-r", "5", "-l", fleet.calls, "-d", "2000", "-timeout", "90", f"{HUB}:{SIP_PORT}"]
    done = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=fleet.folder)
    wait_until(lambda: fleet.nodes["b"].figure("palabra_sip_calls_total") > 0, "no call comes to the node")
    taken = fleet.nodes["a"].figure("palabra_sip_calls_total")
    fleet.nodes["a"].update()
    code = done.wait(120)
    calls = taken + sum(node.figure("palabra_sip_calls_total") for node in fleet.nodes.values()) - before
    results["sipp"] = {"calls": count, "ended as sipp wants": count if code == 0 else f"not all: code {code}", "calls at the nodes": int(calls)}
    assert code == 0, results["sipp"]


def full(fleet, results):
    """Nodes take one call each: the first three go to three nodes, more are told when to come again."""
    with fleet.traffic(5, 1000, 3) as traffic:
        fleet.wait_for_calls(traffic, 3)
        one_each = sorted(party.node for party in traffic.parties)
        with fleet.traffic(10, 1000, 10) as more:
            wait_until(lambda: len(more.bad()) >= 10, "the calls are not refused")
            refused = more.bad()
    results["full"] = {"calls on three nodes that take one each": len(set(one_each)), "more calls": len(refused), "answers to them": sorted({party.code for party in refused}),
                       "Retry-After": sorted({str(party.retry_after) for party in refused}),
                       "told within, s": round(max(party.ended - party.began for party in refused), 3)}
    assert one_each == sorted(fleet.addresses.values()), one_each
    assert all(party.code == 503 and party.retry_after and int(party.retry_after) > 0 for party in refused), results["full"]


def rtp_of(parties):
    gaps = sorted(gap for party in parties for gap in party.gaps)
    return {"packets": sum(party.packets for party in parties), "sequence numbers or timestamps missing": sum(party.missing for party in parties),
            "interarrival p50, ms": round(1000 * gaps[len(gaps) // 2], 1), "interarrival p99.9, ms": round(1000 * gaps[len(gaps) * 999 // 1000], 1)}


def update(fleet, results):
    """All three, one after the other, while calls begin and end; the calls of the last one live through the updates of the other two."""
    with fleet.run.alerts("SIP: update"), fleet.traffic(4, 100000, 6) as lasting, fleet.traffic(fleet.calls / 5, 4, fleet.calls) as traffic:
        fleet.wait_for_calls(lasting, 6)
        lasting.has_stopped = True
        wait_until(lambda: sum(party.state == "over" for party in traffic.parties) >= 5, "no call ends")
        last = max(NAMES, key=lambda name: len(fleet.here(name, lasting)))
        kept = fleet.here(last, lasting)
        quiet = rtp_while(kept, lambda: time.sleep(fleet.run.RTP_SECONDS))
        steps = []
        beside = rtp_while(kept, lambda: steps.extend(replace(fleet, name, lasting) for name in NAMES if name != last))
        steps.append(replace(fleet, last, lasting))
        traffic.stop()
        bad = [*traffic.bad(), *lasting.bad()]
    results["update"] = {"calls": len(traffic.parties) + len(lasting.parties), "lost or refused": len(bad), "drained within, s": round(max(one for one, _ in steps), 1),
                         "new one ready within, s": round(max(one for _, one in steps), 2)}
    results["rtp without an update beside it"], results["rtp beside an update"] = quiet, beside
    assert not bad, (results["update"], [(party.state, party.code, party.node) for party in bad][:5])
    assert quiet["sequence numbers or timestamps missing"] == beside["sequence numbers or timestamps missing"] == 0, (quiet, beside)


def replace(fleet, name, lasting):
    """Its calls end as calls do, by their callers, while it drains."""
    fleet.nodes[name].process.terminate()
    for party in fleet.here(name, lasting):
        fleet.phones.hang_up(party)
    step = fleet.nodes[name].update(is_told=True)
    fleet.proxy.wait_up(name)
    return step


def rtp_while(parties, work):
    for party in parties:
        party.gaps.clear()
        party.packets = 0
    began = time.monotonic()
    work()
    return {"calls": len(parties), "seconds": round(time.monotonic() - began, 1), **rtp_of(parties)}


def account(fleet, results):
    """The service refuses all sessions."""
    asked = lambda: sum(node.figure('palabra_sessions_opened_total{product="translation"}') for node in fleet.nodes.values())  # noqa: E731
    before = asked()
    with fleet.run.alerts("SIP: account", ("PalabraAccountRefused", ""), ("PalabraNoRoom", "")), fleet.traffic(10, 2, 20) as traffic:
        began = time.monotonic()
        wait_until(lambda: time.monotonic() > began + fleet.run.ACCOUNT_SECONDS, "")
        traffic.stop()
        refused = traffic.bad()
    tried = asked() - before
    results["account"] = {"calls": len(traffic.parties), "refused at once": len(refused), "answers to them": sorted({party.code for party in refused}),
                          "smallest Retry-After, s": min(int(party.retry_after or 0) for party in refused), "sessions that were asked for": int(tried),
                          "of these a minute": round(60 * tried / fleet.run.ACCOUNT_SECONDS, 1)}
    assert refused and tried <= 2 * len(NAMES) * 3 and all(party.code == 503 for party in refused), results["account"]
