#!/usr/bin/env python3
"""palabra-audiosocket beside a devserver, whose address is in the environment (tests/c/support/with_devserver.py).

usage: test_bridge.py --program PATH --recording WAV [NAME]...
"""

import argparse
import concurrent.futures
import functools
import http.server
import json
import multiprocessing
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import uuid

import sound
from peer import BLOCK_SECONDS, DIGIT, PATIENCE, RATES, Peer, leg
from program import Bridge

# The only voice is that of the translation. No silence takes the place of what a busy machine says too late.
ALONE = {"original": 0, "pause_gaps": 1}
CASES, SLOW = [], []
# What a library can be built without: the setting that needs it, and the option of the build.
FEATURES = {"vad": ("barge_in", "speech", "-DPALABRA_WITH_VAD=ON"), "echo": ("echo", "cancel", "-DPALABRA_WITH_ECHO=ON")}


def case(function):
    CASES.append(function)
    return function


def slow(function):
    """Of the slower tier: it needs a machine of its own."""
    SLOW.append(function)
    return function


def needs(feature):
    """Left out with a library that was built without it."""

    def mark(function):
        function.feature = feature
        return function

    return mark


def has(bridge_of, feature):
    """Whether the library of this bridge was built with it. Without it the bridge says at its start which option that is."""
    name, value, option = FEATURES[feature]
    asked = bridge_of({"listen": "nowhere"}, {"0": {"language": "en", name: value}})
    ended = subprocess.run(asked.command, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False)
    if "nowhere: is no HOST:PORT" in ended.stderr:
        return True
    assert ended.returncode == 2 and f"{name} = {value}" in ended.stderr and option in ended.stderr, ended.stderr
    return False


def wait_until(holds, what):
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.01)


def once(holds):
    """Remembers that it held."""
    seen = []

    def it():
        if not seen and holds():
            seen.append(True)
        return bool(seen)

    return it


def ends_in_silence(audio):
    """Something loud was heard, and half a second of nothing after it."""
    levels = sound.envelope(audio, 8000)
    return max(levels, default=0) > 500 and max(levels[-25:]) < 50


def together(*works):
    with concurrent.futures.ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


@case
def each_party_hears_the_other_translated(bridge_of, recording):
    """A recording at 16 kHz one way, tones at 8 kHz the other. The devserver's translation is the phrase itself."""
    rate, said = sound.recording(recording, 3.4)
    call = uuid.uuid4()
    with bridge_of(ALONE) as bridge:
        one, two = Peer(bridge.port, leg(call, "0"), rate), Peer(bridge.port, leg(call, "1"))
        tones = sound.silence(8000, 0.3) + sound.tone(8000, 700, 1.0)
        tone_heard = once(lambda: sound.power(one.audio()[-2 * rate // 5:], rate, 700) > 1000)
        said_heard = once(lambda: ends_in_silence(two.audio()))
        is_done = lambda: tone_heard() and said_heard()  # noqa: E731
        together(lambda: one.say(said, is_done), lambda: two.say(tones, is_done))
        one.hang_up()
        two.say(b"", until=two.is_over.is_set)
        two.close()
        assert two.hung_up, "the party that is left was not told the end"
        alike, lag = sound.likeness(sound.envelope(said, rate), sound.envelope(two.audio(), 8000))
        assert alike > 0.8, f"what was heard is not what was said: {alike:.2f} after {lag} blocks"
        assert {kind for _, kind, _ in two.blocks} == {RATES[8000]} and {kind for _, kind, _ in one.blocks[5:]} == {RATES[16000]}
        line = bridge.log("call", call=str(call)[:-1])
        legs = {of["number"]: of for of in line["stats"]["legs"]}
        assert legs[0]["language"] == "en" and legs[1]["language"] == "es" and len(line["lines"]) == 2, line
        assert line["why"] == "the party hung up" and all(of["links"][0]["code"] == "PALABRA_OK" for of in legs.values()), line


@case
def the_own_voice_is_heard_at_once(bridge_of, _):
    call = uuid.uuid4()
    with bridge_of() as bridge:
        one, two = Peer(bridge.port, leg(call, "0")), Peer(bridge.port, leg(call, "1"))
        is_heard = lambda: sound.power(two.audio()[-8000:], 8000, 600) > 3000  # noqa: E731
        together(lambda: one.say(sound.tone(8000, 600, 0.5), until=lambda: is_heard() or two.is_over.is_set()),
                 lambda: two.say(b"", until=is_heard))
        assert sound.power(one.audio(), 8000, 600) < 300, "a party hears itself"
        one.hang_up()
        two.hang_up()


@case
def a_party_hears_a_block_each_20_ms_whatever_it_sends(bridge_of, _):
    """Nothing for a while, then all of it at once: the pace of what is heard is that of the clock."""
    with bridge_of({"pair_s": 600}) as bridge:
        peer = Peer(bridge.port, leg(uuid.uuid4(), "0"))
        peer.say(sound.silence(8000, 0.2))
        count = len(peer.blocks)
        peer.wait_blocks(count + 25)
        for _ in range(25):
            peer.send(peer.kind, bytes(320))
        peer.wait_blocks(count + 50)
        peer.say(sound.silence(8000, 0.4))
        first, last = peer.blocks[0][0], peer.blocks[-1][0]
        fastest = (last - first) / BLOCK_SECONDS + 3
        assert len(peer.blocks) <= fastest, f"{len(peer.blocks)} blocks in {last - first:.3f} s"
        assert all(len(samples) == 320 for _, _, samples in peer.blocks)
        peer.hang_up()
        line = bridge.log("call")
        figures = line["lines"][0]
        assert figures["packets_taken"] == 10 + 25 + 20, figures
        assert figures["blocks_sent"] >= len(peer.blocks) and line["why"] == "the party hung up", figures


@case
def a_silent_telephone_is_answered_too(bridge_of, _):
    with bridge_of({"answer_ms": 100}) as bridge:
        peer = Peer(bridge.port, leg(uuid.uuid4(), "1"))
        peer.wait_blocks(5)
        peer.hang_up()


@case
def a_line_may_change_its_rate(bridge_of, _):
    with bridge_of() as bridge:
        peer = Peer(bridge.port, leg(uuid.uuid4(), "1"))
        for rate in (8000, 44100, 48000, 8000):
            peer.rate, peer.kind, before = rate, RATES[rate], len(peer.blocks)
            is_taken = lambda: any(kind == peer.kind for _, kind, _ in peer.blocks[before:])  # noqa: E731,B023
            peer.say(b"", until=is_taken)
            assert {len(samples) for _, kind, samples in peer.blocks if kind == peer.kind} == {peer.block_bytes}
        peer.hang_up()


@case
def what_the_library_lacks_is_told_at_the_start(bridge_of, _):
    for feature in FEATURES:
        has(bridge_of, feature)


@case
@needs("vad")
def a_party_that_begins_to_speak_silences_what_it_hears(bridge_of, _):
    call, rate = uuid.uuid4(), 8000
    with bridge_of(ALONE, {"0": {"language": "en"}, "1": {"language": "es", "barge_in": "speech"}}) as bridge:
        one, two = Peer(bridge.port, leg(call, "0")), Peer(bridge.port, leg(call, "1"))
        is_heard = once(lambda: max(sound.envelope(two.audio()[-rate // 5:], rate), default=0) > 500)
        together(lambda: one.say(sound.silence(rate, 0.3) + sound.tone(rate, 700, 4.0), is_heard), lambda: two.say(b"", is_heard))
        is_cut = threading.Event()

        def wait_cut():
            assert bridge.log("event", event="PLAYOUT_CUT")["leg"] == 0  # who said the phrase
            is_cut.set()

        together(wait_cut, lambda: two.say(sound.sung(rate, 4.0), is_cut.is_set))
        one.hang_up()
        two.hang_up()
        heard = next(of for of in bridge.log("call")["stats"]["legs"] if of["number"] == 1)
        assert heard["phrases_cut"] == 1 and heard["spurts"] >= 1, heard


@case
@needs("echo")
def a_telephone_that_sends_back_what_it_hears_is_told(bridge_of, _):
    """7 blocks later and half as loud."""
    call = uuid.uuid4()
    with bridge_of({}, {"0": {"language": "en"}, "1": {"language": "es", "echo": "measure"}}) as bridge:
        one, two = Peer(bridge.port, leg(call, "0")), Peer(bridge.port, leg(call, "1"))
        is_told = threading.Event()

        def wait_told():
            assert bridge.log("event", event="ECHO")["leg"] == 1
            is_told.set()

        together(wait_told, lambda: one.say(sound.sung(8000, 10.0), is_told.is_set), lambda: two.echo(7, is_told.is_set))
        one.hang_up()
        two.hang_up()
        found = next(of for of in bridge.log("call")["stats"]["legs"] if of["number"] == 1)
        assert abs(found["echo_level_db"] + 6) <= 3 and 100 <= found["echo_delay_ms"] <= 300, found


@case
def keys_are_told(bridge_of, _):
    call = uuid.uuid4()
    with bridge_of() as bridge:
        peer = Peer(bridge.port, leg(call, "1"))
        peer.send(DIGIT, b"\xff")  # is no key
        for digit in "4#":
            peer.send(DIGIT, digit.encode())
        for digit in "4#":
            assert bridge.log("digit")["digit"] == digit
        peer.hang_up()
        assert bridge.log("call")["lines"][0]["digits"] == 2


@case
def a_hold_is_what_sends_nothing(bridge_of, _):
    call = uuid.uuid4()
    with bridge_of({"hold_after_ms": 200}) as bridge:
        one, two = Peer(bridge.port, leg(call, "0")), Peer(bridge.port, leg(call, "1"))
        bridge.log("event", event="LINK_UP")
        one.say(sound.silence(8000, 0.1))
        bridge.log("hold", leg=0)
        one.say(sound.silence(8000, 0.1))
        bridge.log("resume", leg=0)
        one.hang_up()
        two.hang_up()


@case
def a_log_that_nobody_reads_ends_no_call(bridge_of, _):
    asked = bridge_of()
    process = subprocess.Popen(asked.command, stdout=subprocess.PIPE, env=asked.environment)
    try:
        port = json.loads(process.stdout.readline())["port"]
        process.stdout.close()
        one = Peer(port, leg(uuid.uuid4(), "0"))
        one.send(DIGIT, b"1")
        one.say(b"", until=lambda: len(one.blocks) > 10)
        assert len(one.blocks) > 10, "the call was ended"
        one.hang_up()
        process.terminate()
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()


@case
def what_is_no_leg_is_refused(bridge_of, _):
    call = uuid.uuid4()
    with bridge_of() as bridge:
        stranger, wrong = Peer(bridge.port, leg(call, "7")), Peer(bridge.port, None)
        wrong.send(DIGIT, b"1")
        for peer, why in ((stranger, "unknown"), (wrong, "protocol")):
            peer.close()
            assert peer.hung_up and not peer.blocks
            bridge.log("refused", why=why)
            assert bridge.figure("refused_total", f'{{why="{why}"}}') == 1
        kept = [Peer(bridge.port, leg(call, digit)) for digit in "01"]
        for peer in kept:
            peer.say(b"", until=lambda: peer.blocks)  # noqa: B023
        third = Peer(bridge.port, leg(call, "1"))
        third.close()
        assert third.hung_up
        bridge.log("refused", why="taken")
        assert not any(peer.is_over.is_set() for peer in kept)
        for peer in kept:
            peer.hang_up()


@case
def garbage_ends_its_own_line_at_most(bridge_of, _):
    """Random messages of all kinds, cut anywhere; messages that are too long; connections that break at each byte of the first."""
    drawn, call = random.Random(1), uuid.uuid4()
    with bridge_of() as bridge:
        kept = Peer(bridge.port, leg(call, "0"))
        first = b"\x01\x00\x10" + leg(call, "1").bytes
        for length in range(len(first)):
            broken = Peer(bridge.port, None)
            broken.socket.sendall(first[:length])
            broken.socket.shutdown(socket.SHUT_WR)
            broken.close()
        for _ in range(20):
            wild = Peer(bridge.port, leg(uuid.uuid4(), "1"))
            try:
                for _ in range(20):
                    wild.socket.sendall(drawn.randbytes(drawn.choice([1, 3, 320, 5000])))
                wild.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # the bridge has had enough
            wild.close()
        long = Peer(bridge.port, leg(uuid.uuid4(), "1"))
        try:
            long.send(0x18, bytes(65534))
        except OSError:
            pass
        long.close()
        kept.say(b"", until=lambda: len(kept.blocks) > 3)
        assert not kept.is_over.is_set()
        kept.hang_up()
        reasons = {bridge.log("call")["why"] for _ in range(22)}
        assert "a message is too long" in reasons and "the party hung up" in reasons, reasons


@case
def a_peer_that_does_not_say_who_it_is_is_refused(bridge_of, _):
    with bridge_of({"greeting_ms": 100}) as bridge:
        silent = Peer(bridge.port, None)
        silent.close()
        bridge.log("refused", why="protocol")
        assert silent.hung_up


@case
def without_descriptors_it_waits_and_goes_on(bridge_of, _):
    with bridge_of(before=("prlimit", "--nofile=24:24")) as bridge:
        processor = lambda: sum(map(int, pathlib.Path(f"/proc/{bridge.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")  # noqa: E731
        is_full = lambda: len(os.listdir(f"/proc/{bridge.process.pid}/fd")) == 24  # noqa: E731
        strangers = [Peer(bridge.port, None) for _ in range(24)]
        wait_until(is_full, "the limit was not reached")
        before, began = processor(), time.monotonic()
        wait_until(lambda: time.monotonic() > began + 1, "")
        assert processor() - before < 0.3, f"{processor() - before} s of the processor"
        for stranger in strangers:
            stranger.socket.shutdown(socket.SHUT_RDWR)
        peer = Peer(bridge.port, leg(uuid.uuid4(), "0"))
        peer.say(b"", until=lambda: peer.blocks)
        peer.hang_up()


@case
def a_full_bridge_completes_calls_and_begins_none(bridge_of, _):
    call = uuid.uuid4()
    with bridge_of({"calls": 1}) as bridge:
        assert bridge.page("/ready") == (200, "ready\n") and bridge.page("/live") == (200, "live\n")
        one = Peer(bridge.port, leg(call, "0"))
        bridge.log("joined", leg=0)
        assert bridge.page("/ready") == (503, "full\n")
        other = Peer(bridge.port, leg(uuid.uuid4(), "0"))
        other.close()
        assert other.hung_up
        two = Peer(bridge.port, leg(call, "1"))
        bridge.log("joined", leg=1)
        bridge.log("event", event="LINK_UP")
        assert bridge.figure("calls") == 1 and bridge.figure("lines") == 2 and bridge.figure("ready") == 0
        assert "palabra_calls_open" in bridge.page("/metrics")[1]
        one.hang_up()
        two.hang_up()
        bridge.log("call")
        assert bridge.page("/ready") == (200, "ready\n")


@case
def when_the_service_refuses_for_the_account_no_new_calls_are_admitted(bridge_of, _):
    call = uuid.uuid4()
    with bridge_of(client_id="dev~rest_status=429~retry_after=600") as bridge:
        one, two = (Peer(bridge.port, leg(call, digit)) for digit in "01")
        assert bridge.log("event", event="LINK_DOWN", code="PALABRA_ERR_RATE")["retry_after_ms"] == 600000
        assert bridge.page("/ready") == (503, "account\n") and 590 <= int(bridge.retry_after) <= 600
        assert 590 <= bridge.figure("account_wait_seconds") <= 600
        late = Peer(bridge.port, leg(uuid.uuid4(), "0"))
        late.close()
        bridge.log("refused", why="account")
        # The parties still hear each other.
        for peer in (one, two):
            peer.wait_blocks(5)
            peer.hang_up()


@case
def a_draining_bridge_completes_calls_and_ends_after_the_last(bridge_of, _):
    call = uuid.uuid4()
    with bridge_of() as bridge:
        one = Peer(bridge.port, leg(call, "0"))
        bridge.log("joined")
        bridge.process.terminate()
        bridge.log("draining")
        assert bridge.page("/ready") == (503, "draining\n")
        late = Peer(bridge.port, leg(uuid.uuid4(), "0"))
        late.close()
        assert late.hung_up
        two = Peer(bridge.port, leg(call, "1"))
        bridge.log("joined", leg=1)
        one.wait_blocks(5)
        assert bridge.process.poll() is None
        one.hang_up()
        two.hang_up()
        bridge.log("ended")


@case
def a_draining_bridge_takes_calls_of_a_proxy_that_does_not_know_yet(bridge_of, _):
    with bridge_of({"agent": "127.0.0.1:0", "grace_ms": 60000}) as bridge:
        bridge.process.terminate()
        bridge.log("draining")
        assert bridge.page("/ready") == (503, "draining\n") and bridge.agent() == "drain\n"
        late = Peer(bridge.port, leg(uuid.uuid4(), "0"))
        bridge.log("joined")
        late.wait_blocks(5)
        late.hang_up()
        bridge.log("call")
        # It waits for more of them, unless it is told to end at once.
        assert bridge.process.poll() is None


@case
def an_agent_tells_how_much_is_free(bridge_of, _):
    with bridge_of({"calls": 2, "agent": "127.0.0.1:0"}) as bridge:
        told, peers = [bridge.agent()], []
        for _ in range(2):
            peers.append(Peer(bridge.port, leg(uuid.uuid4(), "0")))
            bridge.log("joined")
            told.append(bridge.agent())
        peers.pop().hang_up()
        bridge.log("call")
        bridge.process.terminate()
        bridge.log("draining")
        assert [*told, bridge.agent()] == ["up ready 100%\n", "up ready 50%\n", "up ready 0%\n", "drain\n"], told
        peers.pop().hang_up()


@case
def a_drain_is_bounded(bridge_of, _):
    with bridge_of({"drain_s": 0}) as bridge:
        one = Peer(bridge.port, leg(uuid.uuid4(), "0"))
        bridge.log("joined")
        bridge.process.terminate()
        one.close()
        assert one.hung_up
        assert bridge.log("call")["why"] == "the bridge ends"


@case
def who_stays_alone_is_hung_up(bridge_of, _):
    with bridge_of({"pair_s": 1}) as bridge:
        one = Peer(bridge.port, leg(uuid.uuid4(), "0"))
        one.close()
        assert one.hung_up
        assert bridge.log("call")["why"] == "nobody joined"


@case
def another_party_may_take_the_place(bridge_of, _):
    call = uuid.uuid4()
    with bridge_of({"rejoin_s": 60}) as bridge:
        one, two = (Peer(bridge.port, leg(call, digit)) for digit in "01")
        for _ in "01":
            bridge.log("joined")
        two.hang_up()
        wait_until(lambda: bridge.figure("lines") == 1, "the party did not leave")
        three = Peer(bridge.port, leg(call, "1"))
        assert bridge.log("joined")["leg"] == 1
        one.hang_up()
        three.hang_up()
        line = bridge.log("call")
        assert len(line["lines"]) == 3 and len(line["stats"]["legs"]) == 3, line


@case
def the_configuration_is_read_again(bridge_of, _):
    with bridge_of({"calls": 1}) as bridge:
        kept = Peer(bridge.port, leg(uuid.uuid4(), "0"))
        bridge.log("joined")
        bridge.config.write_text("calls = none\n", encoding="utf-8")
        bridge.process.send_signal(signal.SIGHUP)
        assert ":1: " in bridge.log("error")["text"] and bridge.page("/ready") == (503, "full\n")
        bridge.config.write_text("calls = 2\n[leg 5]\nlanguage = ja\n", encoding="utf-8")
        bridge.process.send_signal(signal.SIGHUP)
        bridge.log("configured")
        other = Peer(bridge.port, leg(uuid.uuid4(), "5"))
        assert bridge.log("joined", language="ja")
        for peer in (kept, other):
            peer.hang_up()


class Operator(http.server.BaseHTTPRequestHandler):
    """Says which call a leg belongs to."""

    def do_GET(self):
        asked = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        answer = self.server.answers.get(asked["uuid"][0])
        self.send_response(404 if answer is None else 200)
        self.end_headers()
        self.wfile.write(json.dumps(answer or {}).encode())

    def log_message(self, *_):
        pass


@case
def a_hook_says_which_call_and_language(bridge_of, _):
    legs = [uuid.uuid4() for _ in range(3)]
    answers = {str(legs[0]): {"key": "Straße 1", "language": "de"}, str(legs[1]): {"key": "Stra\u00dfe 1", "language": "fr", "target_language": "fr-ca", "age": 7}}
    wrong = uuid.uuid4()
    answers[str(wrong)] = {"key": "Stra\u00dfe 2", "language": "de", "barge_in": "always"}
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Operator) as operator:
        operator.answers = answers
        threading.Thread(target=operator.serve_forever, daemon=True).start()
        with bridge_of({"hook": f"http://127.0.0.1:{operator.server_port}/leg", "hook_ms": 60000}, {}) as bridge:
            peers = [Peer(bridge.port, name) for name in legs]
            peers[2].close()
            bridge.log("refused", why="hook")
            Peer(bridge.port, wrong).close()
            assert bridge.log("error")["text"] == "barge_in is none or speech" and bridge.log("refused", why="hook", uuid=str(wrong))
            for _ in range(2):
                assert bridge.log("joined")["call"] == "Straße 1"
            for peer in peers[:2]:
                peer.hang_up()
            stats = bridge.log("call")["stats"]
            assert {(of["language"], of["target_language"]) for of in stats["legs"]} == {("de", "de"), ("fr", "fr-ca")}, stats
        operator.shutdown()


@case
def a_hook_that_does_not_answer_refuses(bridge_of, _):
    with bridge_of({"hook": "http://127.0.0.1:1/", "hook_ms": 300}, {}) as bridge:
        peer = Peer(bridge.port, uuid.uuid4())
        peer.close()
        bridge.log("refused", why="hook")


def keep_busy(cpu):
    """Takes a processor for 15 of each 30 ms, before all others."""
    os.sched_setaffinity(0, {cpu})
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    while True:
        end = time.monotonic() + 0.015
        while time.monotonic() < end:
            pass
        time.sleep(0.015)


@slow
def a_machine_that_does_not_keep_up_admits_no_new_calls(bridge_of, _):
    if subprocess.run([sys.executable, "-c", "import os; os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))"], stderr=subprocess.DEVNULL).returncode:
        return  # only root may take a processor, and not in every container
    cpu = min(os.sched_getaffinity(0))
    call = uuid.uuid4()
    with bridge_of({"threads": 1, "pair_s": 600, "late_ms": 5}) as bridge:
        os.system(f"taskset -a -p -c {cpu} {bridge.process.pid} >/dev/null")  # noqa: S605
        one = Peer(bridge.port, leg(call, "0"))
        bridge.log("joined")
        assert bridge.page("/ready") == (200, "ready\n")
        rival = multiprocessing.Process(target=keep_busy, args=(cpu,), daemon=True)
        rival.start()
        try:
            wait_until(lambda: bridge.page("/ready") == (503, "full\n"), "the bridge did not notice")
            late = Peer(bridge.port, leg(uuid.uuid4(), "0"))
            late.close()
            assert late.hung_up and bridge.log("refused", why="full")
            two = Peer(bridge.port, leg(call, "1"))
            bridge.log("joined", leg=1)
        finally:
            rival.kill()
        wait_until(lambda: bridge.page("/ready") == (200, "ready\n"), "the bridge did not recover")
        one.hang_up()
        two.hang_up()


def run(one, program, folder, recording, under):
    began = time.monotonic()
    bridge_of = lambda settings=None, sections=None, client_id=None, before=(): Bridge(program, folder, settings, sections, (*before, *under), client_id)  # noqa: E731
    feature = getattr(one, "feature", None)
    try:
        if feature is not None and not has(bridge_of, feature):
            return f"skipped {one.__name__}: the library was built without {feature}"
        one(bridge_of, recording)
    except Exception:  # noqa: BLE001
        return f"FAILED {one.__name__} ({time.monotonic() - began:.1f} s)\n{traceback.format_exc()}"
    return f"ok {one.__name__} ({time.monotonic() - began:.1f} s)"


def main():
    parser = argparse.ArgumentParser(description="Tests palabra-audiosocket.")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--recording", type=pathlib.Path, required=True)
    parser.add_argument("--under", default="", help="what runs the program, such as valgrind with its options")
    parser.add_argument("--slow", action="store_true", help="the cases of the slower tier, one by one")
    parser.add_argument("--all-features", action="store_true", help="nothing is left out: the library has all that can be built")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    chosen = [one for one in (SLOW if args.slow else CASES) if not args.names or one.__name__ in args.names]
    # Each case has an interpreter of its own: what one computes would hold up the peers of all others.
    of_cases = concurrent.futures.ProcessPoolExecutor(1 if args.slow else len(chosen), multiprocessing.get_context("fork"))
    with tempfile.TemporaryDirectory() as folder, of_cases as pool:
        tried = functools.partial(run, program=args.program, folder=folder, recording=args.recording, under=args.under.split())
        results = list(pool.map(tried, chosen))
    print("\n".join(results))
    return 1 if any(result.startswith(("FAILED", "skipped") if args.all_features else "FAILED") for result in results) else 0


if __name__ == "__main__":
    # The interpreter's threads that still read from a bridge must not keep it.
    code = main()
    sys.stdout.flush()
    os._exit(code)
