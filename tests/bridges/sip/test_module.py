#!/usr/bin/env python3
"""The module palabra of baresip beside a devserver, whose address is in the environment (tests/c/support/with_devserver.py).

usage: test_module.py --module palabra.so [NAME]...
"""

import argparse
import array
import concurrent.futures
import functools
import itertools
import json
import math
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.request
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "audiosocket"))

import sound  # noqa: E402
from telephone import BLOCK, PATIENCE, PCMA, PCMU, Telephone  # noqa: E402

SYSTEM = pathlib.Path("/usr/lib/baresip/modules")
CASES = []
# What a library can be built without: the setting that needs it, and the option of the build.
FEATURES = {"vad": ("palabra_barge_in", "speech", "-DPALABRA_WITH_VAD=ON"), "echo": ("palabra_echo", "cancel", "-DPALABRA_WITH_ECHO=ON")}


def case(function):
    CASES.append(function)
    return function


def needs(feature):
    """Left out with a library that was built without it."""

    def mark(function):
        function.feature = feature
        return function

    return mark


def has(bridge_of, feature):
    """Whether the library of this module was built with it. Without it the module says at its start which option that is."""
    name, value, option = FEATURES[feature]
    with bridge_of("sip:nobody@127.0.0.1", {name: value}) as bridge:
        refused = [line for line in bridge.lines if f"palabra: {name}" in line]
        assert all(option in line for line in refused), refused
        return not refused


PORTS = 200
TAKEN = set()


def free_ports():
    """The first of PORTS in a row that the system gives to nobody who asks for any; each is given out once."""
    while True:
        first = random.randrange(10000, 32000, PORTS)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            try:
                one.bind(("127.0.0.1", first))
            except OSError:
                continue
        if first not in TAKEN:
            TAKEN.add(first)
            return first


class Baresip:
    """A baresip with these modules, settings and parameters of its account."""

    def __init__(self, folder, name, modules, applications, settings, parameters, commands=(), before=(), client_id=None):
        self.environment = {**os.environ, **({"PALABRA_CLIENT_ID": client_id} if client_id else {})}
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=folder))
        self.port = free_ports()
        self.page_port = self.port + PORTS - 1
        self.uri = f"sip:{name}@127.0.0.1:{self.port}"
        self.arguments = [word for command in commands for word in ("-e", command)]
        self.before = before
        place = self.folder / "modules"
        place.mkdir()
        for one in (*modules, *applications):
            source = one if isinstance(one, pathlib.Path) else SYSTEM / one
            (place / source.name).symlink_to(source.resolve())
        lines = [("sip_listen", f"127.0.0.1:{self.port}"), ("module_path", place), ("rtp_ports", f"{self.port + 2}-{self.port + PORTS - 2}"), ("call_max_calls", 100),
                 *((key, str(value).replace("{page_port}", str(self.page_port))) for key, value in settings.items()), *(("module", pathlib.Path(one).name) for one in modules), *(("module_app", pathlib.Path(one).name) for one in applications)]
        (self.folder / "config").write_text("".join(f"{name} {value}\n" for name, value in lines), encoding="utf-8")
        (self.folder / "accounts").write_text(f"<{self.uri}>;regint=0;{parameters}\n", encoding="utf-8")
        (self.folder / "contacts").write_text("", encoding="utf-8")
        self.lines, self.changed = [], threading.Condition()

    def __enter__(self):
        self.process = subprocess.Popen([*self.before, "baresip", "-f", str(self.folder), *self.arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        env=self.environment)
        threading.Thread(target=self._read, daemon=True).start()
        self.log("baresip is ready")
        return self

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line)
                self.changed.notify_all()
        with self.changed:
            self.lines.append("the program ended")
            self.changed.notify_all()

    def log(self, pattern):
        """The first line with this pattern."""
        found = lambda: next((line for line in self.lines if re.search(pattern, line)), None)  # noqa: E731
        with self.changed:
            self.changed.wait_for(lambda: found() or "the program ended" in self.lines, PATIENCE)
            if found() is None:
                raise AssertionError(f"no line {pattern}: {''.join(self.lines)}")
            return found()

    def page(self, path):
        """(status, text, headers) of its web page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.page_port}{path}", timeout=PATIENCE) as reply:
                return reply.status, reply.read().decode(), reply.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(), refused.headers

    def __exit__(self, kind, value, trace):
        if kind is not None:
            print("".join(self.lines))
            self.process.kill()
        self.process.terminate()
        code = self.process.wait(PATIENCE)
        if kind is None and code != 0:
            raise AssertionError(f"baresip ended with {code}: {''.join(self.lines)}")


def bridge(module, folder, before, callee, settings=None, languages="en/es", client_id=None):
    """Passes calls for its URI on to the callee. Behind a link the module finds the library in the environment alone."""
    os.environ["LD_LIBRARY_PATH"] = str(module.resolve().parents[2])
    # A machine that does other work is late and takes calls all the same.
    settings = {"audio_source": "palabra,x", "audio_player": "palabra,x", "palabra_late_ms": 0, **(settings or {})}
    return Baresip(folder, "service", ("g711.so", "opus.so"), ("account.so", module), settings, f"extra={languages}/{callee}", before=before,
                   client_id=client_id)


def tone(hertz, seconds=math.inf, after=0.0):
    """What a telephone says: silence, then a tone."""
    at = 0

    def say():
        nonlocal at
        begin = at
        at += BLOCK
        if not after <= begin / 8000 < after + seconds:
            return None
        return [int(8000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(begin, begin + BLOCK)]

    return say


def played(audio):
    """What a telephone says: this, once."""
    samples = array.array("h", audio)
    blocks = iter([samples[begin:begin + BLOCK] for begin in range(0, len(samples) - BLOCK + 1, BLOCK)])
    return lambda: next(blocks, None)


def hears(telephone, hertz, level=1000):
    """Whether the last half second has this tone."""
    return lambda: sound.power(b"".join(packet.samples().tobytes() for packet in telephone.packets[-25:]), 8000, hertz) > level


def connect(bridge, caller, callee):
    """Returns when the call was asked for."""
    called = time.monotonic()
    caller.call(bridge.uri)
    for telephone in (caller, callee):
        telephone.wait("answered")
    return called


def check_stream(packets, kinds, called):
    """No sequence number is missing, each timestamp is a packet later, only the first one of a stream has the marker, and there
    are no more than fit into the time since the call was asked for: where the machine is busy, the first are the latest."""
    for before, after in itertools.pairwise(packets):
        assert (after.sequence - before.sequence) & 0xFFFF == 1, f"{before.sequence}, then {after.sequence}"
        if before.kind == after.kind:
            assert (after.timestamp - before.timestamp) & 0xFFFFFFFF == BLOCK, f"timestamps {before.timestamp}, then {after.timestamp}"
    assert {packet.kind for packet in packets} == set(kinds) and all(len(packet.payload) == BLOCK for packet in packets)
    assert packets[0].marker and sum(packet.marker for packet in packets) == len(kinds), [packet.marker for packet in packets].count(True)
    seconds = packets[-1].when - called
    assert len(packets) / 50 <= seconds + 0.1, f"{len(packets)} packets in {seconds:.2f} s"


@case
def each_party_hears_the_other_translated(bridge_of, telephone_of):
    callee = telephone_of("callee")
    caller = telephone_of("caller")
    caller.say, callee.say = tone(700, 1.0, 0.4), tone(1100, 1.0, 0.4)
    with bridge_of(callee.uri, {"palabra_original": 0}) as bridge:
        called = connect(bridge, caller, callee)
        caller.wait_for(hears(caller, 1100), "the callee was not heard")
        callee.wait_for(hears(callee, 700), "the caller was not heard")
        count = max(len(telephone.packets) for telephone in (caller, callee)) + 40
        for telephone in (caller, callee):
            telephone.wait_for(lambda: len(telephone.packets) >= count, "it hears nothing more")  # noqa: B023
        assert not hears(caller, 700)() and not hears(callee, 1100)(), "a party hears itself"
        caller.hang_up()
        callee.wait("ended")
        for telephone, hertz in ((caller, 1100), (callee, 700)):
            check_stream(telephone.packets, {PCMU}, called)
            found = sound.pitch(telephone.heard(), 8000)
            assert abs(found / hertz - 1) < 0.001, f"{telephone.name} heard {found:.2f} Hz in place of {hertz}"
        stats = json.loads(bridge.log("palabra: call ").split("palabra: call ")[1])
        assert [leg["language"] for leg in stats["legs"]] == ["en", "es"] and stats["code"] == "PALABRA_OK", stats
        assert all(leg["links"][0]["code"] == "PALABRA_OK" for leg in stats["legs"]), stats


@case
def the_rest_is_heard_after_a_hang_up(bridge_of, telephone_of):
    callee, caller = telephone_of("callee"), telephone_of("caller")
    caller.say = tone(700, 1.0, 0.4)
    with bridge_of(callee.uri, {"palabra_original": 0}) as bridge:
        connect(bridge, caller, callee)
        bridge.log("0 is translated")
        caller.wait_for(lambda: len(caller.packets) >= 80, "nothing was heard")
        caller.hang_up()
        callee.wait("ended")
        assert sound.power(callee.heard(), 8000, 700) > 1000, "the rest was not heard"


@case
def the_own_voice_is_heard_at_once_and_a_codec_may_change(bridge_of, telephone_of):
    callee, caller = telephone_of("callee"), telephone_of("caller")
    caller.say = tone(600)
    with bridge_of(callee.uri) as bridge:
        called = connect(bridge, caller, callee)
        callee.wait_for(hears(callee, 600, 3000), "the caller's own voice was not heard")
        caller.invite_again([PCMA])
        caller.wait("answered", 2)
        count = len(callee.packets)
        caller.wait_for(lambda: caller.packets[-1].kind == PCMA, "the codec did not change")
        callee.wait_for(lambda: len(callee.packets) > count + 50 and hears(callee, 600, 3000)(), "the voice is not heard after the change")
        caller.hang_up()
        callee.wait("ended")
        check_stream(callee.packets, {PCMU}, called)


@case
def a_hold_is_seen(bridge_of, telephone_of):
    callee, caller = telephone_of("callee"), telephone_of("caller")
    with bridge_of(callee.uri) as bridge:
        connect(bridge, caller, callee)
        callee.invite_again(direction="sendonly")
        bridge.log("1 hold")
        callee.invite_again(direction="sendrecv")
        bridge.log("1 resume")
        callee.hang_up()
        caller.wait("ended")


@case
def a_callee_that_refuses_ends_the_call(bridge_of, telephone_of):
    callee, caller = telephone_of("callee", answers=False), telephone_of("caller")
    with bridge_of(callee.uri) as bridge:
        caller.call(bridge.uri)
        caller.wait("refused 486")
        bridge.log("palabra: call ")


@case
def languages_that_the_library_refuses_end_the_call(bridge_of, telephone_of):
    """"auto" as what is spoken says nothing of what is to be heard."""
    callee, caller = telephone_of("callee"), telephone_of("caller")
    with bridge_of(callee.uri, languages="en/auto") as bridge:
        caller.call(bridge.uri)
        caller.wait_for(lambda: "ended" in caller.states or any(state.startswith("refused 5") for state in caller.states), "the call did not end")
        bridge.log("palabra: call ")


@case
def what_the_library_lacks_is_told_at_the_start(bridge_of, _):
    for feature in FEATURES:
        has(bridge_of, feature)


@case
def a_word_that_is_none_is_told_at_the_start(bridge_of, _):
    with bridge_of("sip:nobody@127.0.0.1", {"palabra_barge_in": "always"}) as bridge:
        bridge.log("palabra_barge_in is none or speech")


@case
@needs("vad")
def a_party_that_begins_to_speak_silences_what_it_hears(bridge_of, telephone_of):
    callee, caller = telephone_of("callee"), telephone_of("caller")
    caller.say = tone(700, 4.0, 0.4)
    with bridge_of(callee.uri, {"palabra_original": 0, "palabra_barge_in": "speech"}) as bridge:
        connect(bridge, caller, callee)
        callee.wait_for(hears(callee, 700), "the caller was not heard")
        callee.say = played(sound.sung(8000, 4.0))
        bridge.log("/0: the rest of a phrase is not heard")
        caller.hang_up()
        callee.wait("ended")
        stats = json.loads(bridge.log("palabra: call ").split("palabra: call ")[1])
        assert stats["legs"][1]["phrases_cut"] == 1 and stats["legs"][1]["spurts"] >= 1, stats


@case
@needs("echo")
def a_telephone_that_sends_back_what_it_hears_is_told(bridge_of, telephone_of):
    """7 packets later and half as loud."""
    callee, caller = telephone_of("callee"), telephone_of("caller")
    caller.say = played(sound.sung(8000, 20.0))
    callee.say = lambda: [sample // 2 for sample in callee.packets[-7].samples()] if len(callee.packets) >= 7 else None
    with bridge_of(callee.uri, {"palabra_echo": "measure"}) as bridge:
        connect(bridge, caller, callee)
        bridge.log(r"palabra: \d+/1: .* dB")
        caller.hang_up()
        callee.wait("ended")


@case
def a_full_bridge_refuses(bridge_of, telephone_of):
    callee, caller, other = telephone_of("callee"), telephone_of("caller"), telephone_of("other")
    with bridge_of(callee.uri, {"palabra_calls": 1}) as bridge:
        connect(bridge, caller, callee)
        other.call(bridge.uri)
        other.wait("refused 503")
        assert int(other.retry_after) > 0, other.retry_after
        # It is asked for calls further on: it has room again in a moment.
        other.probe(bridge.uri)
        other.wait("probed 200")
        caller.hang_up()
        callee.wait("ended")


@case
def its_pages_tell_its_state(bridge_of, telephone_of):
    callee, caller = telephone_of("callee"), telephone_of("caller")
    with bridge_of(callee.uri, {"palabra_calls": 1, "palabra_http": "127.0.0.1:{page_port}"}) as bridge:
        assert bridge.page("/ready")[:2] == (200, "ready\n") and bridge.page("/live")[:2] == (200, "live\n")
        connect(bridge, caller, callee)
        status, text, head = bridge.page("/ready")
        assert (status, text) == (503, "full\n") and int(head["Retry-After"]) > 0, (status, text, head)
        metrics = bridge.page("/metrics")[1].splitlines()
        assert {"palabra_sip_calls 1", "palabra_sip_ready 0", "palabra_sip_draining 0", "palabra_calls_open 1"} <= set(metrics), metrics
        caller.hang_up()
        callee.wait("ended")


@case
def a_bridge_that_is_late_is_full(bridge_of, telephone_of):
    """Stopped for 50 ms twice a second."""
    caller = telephone_of("caller")
    with bridge_of("sip:nobody@127.0.0.1", {"palabra_late_ms": 5, "palabra_http": "127.0.0.1:{page_port}"}) as bridge:

        def is_full():
            bridge.process.send_signal(signal.SIGSTOP)
            time.sleep(0.05)
            bridge.process.send_signal(signal.SIGCONT)
            time.sleep(0.45)
            return bridge.page("/ready")[1] == "full\n"

        wait_until(is_full, "it does not notice that it is late")
        caller.call(bridge.uri)
        caller.wait("refused 503")


@case
def the_service_refuses_for_the_account(bridge_of, telephone_of):
    callee, caller, other = telephone_of("callee"), telephone_of("caller"), telephone_of("other")
    with bridge_of(callee.uri, {"palabra_http": "127.0.0.1:{page_port}"}, client_id="dev~rest_status=429~retry_after=600") as bridge:
        connect(bridge, caller, callee)
        bridge.log("is not translated: PALABRA_ERR_RATE")
        other.call(bridge.uri)
        other.wait("refused 503")
        assert 590 <= int(other.retry_after) <= 600, other.retry_after
        told = re.search(r"^palabra_sip_account_wait_seconds (\d+)$", bridge.page("/metrics")[1], re.MULTILINE)
        assert 590 <= int(told[1]) <= 600, told[0]
        caller.hang_up()
        callee.wait("ended")


@case
def a_draining_bridge_ends_after_the_last_call(bridge_of, telephone_of):
    callee, caller, other = telephone_of("callee"), telephone_of("caller"), telephone_of("other")
    with bridge_of(callee.uri) as bridge:
        connect(bridge, caller, callee)
        bridge.process.terminate()
        bridge.log("palabra: draining: no new calls, 1 go on")
        other.call(bridge.uri)
        other.wait("refused 503")
        other.probe(bridge.uri)
        other.wait("probed 503")
        count = len(callee.packets)
        callee.wait_for(lambda: len(callee.packets) > count + 25, "the call does not go on")
        caller.hang_up()
        callee.wait("ended")
        bridge.process.wait(PATIENCE)


@case
def a_second_signal_ends_the_calls(bridge_of, telephone_of):
    callee, caller = telephone_of("callee"), telephone_of("caller")
    with bridge_of(callee.uri) as bridge:
        connect(bridge, caller, callee)
        bridge.process.terminate()
        bridge.log("palabra: draining")
        bridge.process.terminate()
        for telephone in (caller, callee):
            telephone.wait("ended")


@case
def the_end_of_the_program_ends_its_calls(bridge_of, telephone_of):
    callee, caller = telephone_of("callee"), telephone_of("caller")
    with bridge_of(callee.uri, {"palabra_drain_s": 0}) as bridge:
        connect(bridge, caller, callee)
        bridge.process.terminate()
        for telephone in (caller, callee):
            telephone.wait("ended")


@case
def keys_are_passed_on(bridge_of, telephone_of):
    callee, caller = telephone_of("callee"), telephone_of("caller")
    with bridge_of(callee.uri) as bridge:
        connect(bridge, caller, callee)
        callee.wait_for(lambda: callee.packets, "nothing was heard")
        caller.press("5")
        callee.wait_for(lambda: callee.keys_heard() == {"5"}, "no key was heard")
        caller.hang_up()
        callee.wait("ended")


@case
def two_phones_of_baresip_with_different_codecs(bridge_of, telephone_of):
    """Opus at 48 kHz with two channels on one side, mu-law on the other."""
    folder = telephone_of.folder
    heard = {name: folder / name for name in ("caller", "callee")}
    for place in heard.values():
        place.mkdir()
    # Its source of tones has this format alone.
    tones = {"ausrc_srate": 48000, "ausrc_channels": 2}
    callee = Baresip(folder, "callee", ("g711.so", "ausine.so", "sndfile.so"), ("account.so",), {"audio_source": "ausine,1100", "snd_path": heard["callee"], **tones},
                     "answermode=auto;audio_codecs=pcmu")
    with callee, bridge_of(callee.uri) as bridge:
        caller = Baresip(folder, "caller", ("opus.so", "ausine.so", "sndfile.so"), ("account.so", "menu.so"),
                         {"audio_source": "ausine,700", "snd_path": heard["caller"], **tones},
                         "audio_codecs=opus/48000/2", (f"/dial {bridge.uri}",))
        with caller:
            bridge.log("0 is translated")
            # A second and a half: of two channels at 48 kHz, and of one at 8 kHz.
            enough = {"caller": 288000, "callee": 24000}
            is_heard = lambda name: any(path.stat().st_size > enough[name] for path in heard[name].glob("dump-*-dec.wav"))  # noqa: E731
            wait_until(lambda: all(map(is_heard, heard)), "nothing was heard")
    for name, hertz in (("caller", 1100), ("callee", 700)):
        rate, samples = read_wav(next(heard[name].glob("dump-*-dec.wav")))
        found = {tone: round(sound.power(samples, rate, tone)) for tone in (700, 1100)}
        assert found[hertz] > 1000 and found[1800 - hertz] < found[hertz] / 10, f"the {name} heard {found}"


@case
def thirty_calls_of_sipp(bridge_of, telephone_of):
    """Its callee answers, its callers talk for 3 s each; every call must be set up and ended as it wants."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": telephone_of.folder}
    port, caller_port = free_ports(), free_ports()
    callee = subprocess.Popen(["sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-mp", str(free_ports()), "-rtp_echo"], **quiet)
    try:
        with bridge_of(f"sip:callee@127.0.0.1:{port}") as bridge:
            code = subprocess.run(["sipp", "-sn", "uac", "-i", "127.0.0.1", "-p", str(caller_port), "-mp", str(free_ports()), "-s", "service", "-m", "30", "-r", "10",
                                   "-d", "3000", "-timeout", "60", bridge.uri.split("@")[1]], **quiet, timeout=2 * PATIENCE, check=False).returncode
            assert code == 0, f"sipp ended with {code}"
            wait_until(lambda: sum("palabra: call {" in line for line in bridge.lines) == 30, "not every call was told")
    finally:
        callee.kill()
        callee.wait()


def wait_until(holds, what):
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


def read_wav(path):
    with wave.open(str(path), "rb") as file:
        samples = file.readframes(file.getnframes())
        return file.getframerate(), b"".join(samples[at:at + 2] for at in range(0, len(samples), 2 * file.getnchannels()))


def run(one, module, folder, before):
    began, telephones = time.monotonic(), []

    def telephone_of(*arguments, **named):
        telephones.append(Telephone(*arguments, **named))
        return telephones[-1]

    bridge_of, feature = functools.partial(bridge, module, folder, before), getattr(one, "feature", None)
    try:
        if feature is not None and not has(bridge_of, feature):
            return f"skipped {one.__name__}: the library was built without {feature}"
        telephone_of.folder = pathlib.Path(tempfile.mkdtemp(dir=folder))
        one(bridge_of, telephone_of)
    except Exception:  # noqa: BLE001
        return f"FAILED {one.__name__} ({time.monotonic() - began:.1f} s)\n{traceback.format_exc()}"
    finally:
        for telephone in telephones:
            telephone.close()
    return f"ok {one.__name__} ({time.monotonic() - began:.1f} s)"


def main():
    parser = argparse.ArgumentParser(description="Tests the module palabra of baresip.")
    parser.add_argument("--module", type=pathlib.Path, required=True)
    parser.add_argument("--under", default="", help="what runs baresip, such as valgrind with its options")
    parser.add_argument("--all-features", action="store_true", help="nothing is left out: the library has all that can be built")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    chosen = [one for one in CASES if not args.names or one.__name__ in args.names]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda one: run(one, args.module, folder, args.under.split()), chosen))
    print("\n".join(results))
    return 1 if any(result.startswith(("FAILED", "skipped") if args.all_features else "FAILED") for result in results) else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
