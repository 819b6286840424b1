"""What networks do to a conversation, and what the user must see. The sentences in quotes are those of the headers.

Nothing here needs a fast machine: bounds are those of the headers with much room, or compare two moments of one run."""

import asyncio
import copy
import pathlib
import signal
import subprocess
import tempfile

import sudden
from proxy import Proxy
from spaces import CLIENT4, CLIENT6, DEVICE, HOST, SERVER4, SERVER6, Spaces, ip
from talk import CONNECT, DEAD, DNS, LOST, OK, TIMEOUT, TLS, TLS_FAILED, Service, Talk, Wrong, check, ended

PRODUCTS = ("translation", "speech", "text")
# Of the headers: `input.buffer_ms`, and how long an attempt to connect may take.
BUFFER_MS, CONNECT_MS = 2000, 10_000
# How much longer anything may take than the header says.
ROOM = 10

# {name: what returns the coroutine of the case}; those of the second need network namespaces.
ROOTLESS, ROOT = {}, {}


def case(table, *variants):
    """Each variant is a case of its own."""
    def add(work):
        for variant in variants or ((),):
            name = " ".join([work.__name__.replace("_", " "), *map(str, variant)])
            table[name] = lambda tools, number, work=work, variant=variant: work(tools, number, *variant)
        return work
    return add


def over_tls(table, *variants):
    """As `case`, and each variant once more over TLS."""
    def add(work):
        async def encrypted(tools, number, *variant):
            tools = copy.copy(tools)
            tools.is_secure = True
            await work(tools, number, *variant)
        encrypted.__name__ = f"over_TLS_{work.__name__}"
        case(table, *variants)(encrypted)
        return case(table, *variants)(work)
    return add


def add_up(talk):
    """Every frame was sent or dropped, and what was dropped was told."""
    last = next(line for line in reversed(talk.lines) if "last_queue_ms" in line)
    check(last["taken"] == last["sent"] + last["dropped"], f"taken is not sent and dropped: {last}")
    check(last["dropped"] == last["told"], f"what was dropped was not told: {last}")
    return last


def bounded(since_ms, closed, most_ms):
    """A moment after another one. There is no lower bound: a busy machine may have held the line up before."""
    took = closed["ms"] - since_ms
    check(took <= most_ms, f"it took {took} ms, {most_ms} are allowed")


# --- By a proxy: no rights are needed ---------------------------------------------------------------------------------


class Proxied:
    def __init__(self, tools, number):
        self.tools, self.number = tools, number

    async def __aenter__(self):
        self.service = await Service.start(self.tools.devserver)
        self.proxy = await Proxy(self.service.port, self.number).open()
        self.talks = []
        return self

    async def talk(self, **wishes):
        talk = await Talk.open(self.tools.talker, "127.0.0.1", self.proxy.port, **wishes)
        self.talks.append(talk)
        return talk

    async def __aexit__(self, *_):
        for talk in self.talks:
            await talk.stop()
        await self.proxy.close()
        await self.service.stop()


@case(ROOTLESS, *((product,) for product in PRODUCTS))
async def a_good_line(tools, number, product):
    async with Proxied(tools, number) as net:
        talk = await net.talk(product=product)
        await talk.event("READY")
        await talk.speak(5)
        ended(await talk.end(), OK)
        add_up(talk)


@case(ROOTLESS, *((product,) for product in PRODUCTS))
async def pieces_of_one_byte(tools, number, product):
    async with Proxied(tools, number) as net:
        net.proxy.piece = 1
        talk = await net.talk(product=product)
        await talk.event("READY")
        await talk.speak(4)
        ended(await talk.end(), OK)
        add_up(talk)


@case(ROOTLESS, *((product,) for product in PRODUCTS))
async def delay_and_jitter(tools, number, product):
    async with Proxied(tools, number) as net:
        net.proxy.delay, net.proxy.jitter = 0.1, 0.2
        talk = await net.talk(product=product)
        await talk.event("READY")
        await talk.speak(6)
        ended(await talk.end(), OK)
        add_up(talk)


@case(ROOTLESS, ("translation",), ("text",))
async def a_trickle(tools, number, product):
    """"Audio that was taken and not delivered"; "A bounded buffer is full. Try again later."""
    async with Proxied(tools, number) as net:
        talk = await net.talk(product=product)
        await talk.event("READY")
        net.proxy.rate = 8_000
        # Kernels and the proxy hold something before the library has to.
        await talk.until(lambda line: line.get("refused", 0) > 0, "the buffer is full")
        high = max(talk.values("queue_ms"))
        check(high >= BUFFER_MS, f"audio is refused with {high} ms in the queue")
        net.proxy.rate = 0
        await talk.until(lambda line: line.get("queue_ms", high) < high / 4, "the queue falls")
        ended(await talk.end(), OK)
        check(add_up(talk)["dropped"] == 0, "audio was dropped that nobody wanted dropped")


@case(ROOTLESS, *((product,) for product in PRODUCTS))
async def a_stall_shorter_than_liveness(tools, number, product):
    async with Proxied(tools, number) as net:
        talk = await net.talk(product=product, liveness_ms=60_000)
        await talk.event("READY")
        await talk.speak(2)
        net.proxy.is_still = True
        await talk.speak(4)
        net.proxy.is_still = False
        await talk.speak(2)
        ended(await talk.end(), OK)
        add_up(talk)


@case(ROOTLESS, *((product,) for product in PRODUCTS))
async def a_stall_for_good(tools, number, product):
    """"Time without anything from the server, or without an answer to a ping, after which the connection is considered dead"""
    async with Proxied(tools, number) as net:
        talk = await net.talk(product=product, liveness_ms=3000)
        await talk.event("READY")
        await talk.speak(2)
        net.proxy.is_still = True
        begin = talk.now_ms()
        closed = await talk.over()
        ended(closed, DEAD)
        bounded(begin, closed, ROOM * 3000)


@case(ROOTLESS, *((product,) for product in PRODUCTS))
async def no_answer_at_the_end(tools, number, product):
    async with Proxied(tools, number) as net:
        talk = await net.talk(product=product, liveness_ms=3000)
        await talk.event("READY")
        await talk.speak(2)
        net.proxy.is_still = True
        begin = talk.now_ms()
        closed = await talk.end()
        # A text may have been spoken to its end before.
        ended(closed, DEAD, TIMEOUT, *([OK] if product == "speech" else []))
        bounded(begin, closed, ROOM * 30_000)


@case(ROOTLESS, *((product,) for product in PRODUCTS))
async def half_a_close(tools, number, product):
    async with Proxied(tools, number) as net:
        talk = await net.talk(product=product)
        await talk.event("READY")
        await talk.speak(1)
        net.proxy.half_close()
        ended(await talk.over(), LOST)


@case(ROOTLESS, *((product,) for product in PRODUCTS))
async def a_cut(tools, number, product):
    async with Proxied(tools, number) as net:
        talk = await net.talk(product=product, flags="p")
        await talk.event("READY")
        await talk.speak(1)
        net.proxy.cut()
        ended(await talk.over(), LOST)


@case(ROOTLESS)
async def a_close_on_a_line_that_stands_still(tools, number):
    """"0: they happen in the background."""
    async with Proxied(tools, number) as net:
        talk = await net.talk()
        await talk.event("READY")
        await talk.speak(1)
        net.proxy.is_still = True
        await talk.leave()


@case(ROOTLESS)
async def a_service_that_is_killed(tools, number):
    async with Proxied(tools, number) as net:
        talk = await net.talk()
        await talk.event("READY")
        net.service.signal(signal.SIGKILL)
        ended(await talk.over(), LOST)


@case(ROOTLESS, (5,), (30,))
async def the_program_is_stopped_for_s(tools, number, seconds):
    """"Time in which the process was stopped does not count."""
    async with Proxied(tools, number) as net:
        talk = await net.talk(liveness_ms=2000)
        await talk.event("READY")
        await talk.speak(1)
        talk.signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        talk.signal(signal.SIGCONT)
        begin = talk.now_ms()
        await talk.until(lambda line: line.get("ms", 0) > begin + seconds * 1000, "it goes on")
        await talk.speak(2)
        ended(await talk.end(), OK)
        add_up(talk)


@case(ROOTLESS, (5, 60_000, OK), (30, 3000, DEAD))
async def the_service_is_stopped_for_s(tools, number, seconds, liveness_ms, code):
    async with Proxied(tools, number) as net:
        talk = await net.talk(liveness_ms=liveness_ms)
        await talk.event("READY")
        await talk.speak(1)
        net.service.signal(signal.SIGSTOP)
        begin = talk.now_ms()
        if code == DEAD:
            closed = await talk.over()
            bounded(begin, closed, ROOM * liveness_ms)
        else:
            await asyncio.sleep(seconds)
            net.service.signal(signal.SIGCONT)
            await talk.speak(2)
            closed = await talk.end()
            add_up(talk)
        ended(closed, code)


@case(ROOTLESS, (3600,), (-3600,), (1_000_000_000,))
async def the_date_jumps_by_s(tools, number, seconds):
    with tempfile.TemporaryDirectory() as folder:
        date = pathlib.Path(folder) / "date"
        date.write_text("0", encoding="utf-8")
        async with Proxied(tools, number) as net:
            talk = await net.talk(liveness_ms=5000, LD_PRELOAD=str(tools.clock), PALABRA_TEST_DATE=str(date))
            await talk.event("READY")
            await talk.speak(2)
            date.write_text(str(seconds), encoding="utf-8")
            await talk.speak(4)
            date.write_text("0", encoding="utf-8")
            await talk.speak(2)
            ended(await talk.end(), OK)
            add_up(talk)


# --- A service that does with its connection what only a kernel can ---------------------------------------------------


# Where a session can be; and with TLS also within the handshake.
EARLY, IN_TLS, LATE = ("accepted", "in the upgrade", "open"), ("in TLS",), ("in a message", "talking", "at the end")
# {what it does: how, and when}. Noise within the handshake is waited for as a part of it.
ALWAYS = {
    "resets": (sudden.resets, (*EARLY, *LATE)),
    "closes": (sudden.closes, (*EARLY, *LATE)),
    "closes one half": (sudden.closes_one_half, (*EARLY, *LATE)),
    "closes with input unread": (sudden.closes, LATE),
    "says goodbye and resets": (sudden.says_goodbye_and_resets, ("open", *LATE)),
    "says goodbye and closes one half": (sudden.says_goodbye_and_closes_one_half, ("open", *LATE)),
}
OVER_TLS = {
    **{what: (how, (*IN_TLS, *moments) if "accepted" in moments else moments) for what, (how, moments) in ALWAYS.items()},
    "ends TLS alone": (sudden.ends_TLS_alone, (*EARLY[1:], *LATE)),
    "sends an alert without its key": (sudden.sends_an_alert, (*EARLY, *LATE)),
    "sends noise": (sudden.sends_noise, (*EARLY, *LATE)),
    "ends in a record": (sudden.ends_in_a_record, (*EARLY, *IN_TLS, *LATE)),
}


def codes_of(what, moment, product):
    """"The connection broke, or the server closed it"; "No connection to the server could be made"; "The TLS handshake failed"."""
    if what in ("sends an alert without its key", "sends noise") and moment in EARLY:
        return (TLS_FAILED,)
    if what.startswith("says goodbye") and moment == "at the end" and product != "speech":
        # A normal close is the end for those that wait for it. A reset takes with it what nobody has read yet.
        return (OK, LOST) if what.endswith("resets") else (OK,)
    return (CONNECT, LOST) if moment == "accepted" else (LOST,)


async def one_connection(tools, product, what, how, moment, certificates):
    service = sudden.Sudden(how, moment, certificates, is_deaf=what == "closes with input unread")
    serving = asyncio.create_task(asyncio.to_thread(service.serve))
    settings = {"SSL_CERT_FILE": str(certificates / "ca.pem")} if certificates else {}
    talk = await Talk.open(tools.talker, "127.0.0.1", service.port, product=product, secure=bool(certificates), **settings)
    try:
        if moment in LATE:
            await talk.event("READY")
            await talk.speak(0.2)
        if moment == "at the end":
            talk.say("end")
            await talk.until(lambda line: "ended" in line, "the end")
        service.go.set()
        # In the handshake nothing has a key yet.
        was_altered = what == "sends an alert without its key" and moment in EARLY[1:]
        ended(await talk.over(), *codes_of(what, moment, product), was_altered=was_altered)
        check(service.acted, "the service did nothing")
    except Wrong as wrong:
        raise Wrong(f"{product}, {moment}: {wrong}") from None
    finally:
        service.go.set()
        service.over.set()
        await talk.stop()
        await serving


@case(ROOTLESS, *((what, product, "over ws") for what in ALWAYS for product in PRODUCTS),
      *((what, product, "over wss") for what in OVER_TLS for product in PRODUCTS))
async def a_service_that(tools, number, what, product, scheme):
    table, certificates = (ALWAYS, None) if scheme == "over ws" else (OVER_TLS, tools.certificates)
    how, moments = table[what]
    for moment in moments:
        await one_connection(tools, product, what, how, moment, certificates)


# --- Between two network namespaces -----------------------------------------------------------------------------------


class Hosts:
    """A service on one host, a program on another."""

    def __init__(self, tools, number, address=SERVER4, names=None, **wishes):
        self.tools, self.address, self.names = tools, address, names
        self.is_secure = getattr(tools, "is_secure", False)
        self.make = lambda: Spaces(number, resolver=names is not None, **wishes)
        self.spaces, self.service, self.talks = None, None, []

    async def __aenter__(self):
        # On a thread of its own: while the loop waits, the lines of all cases stand still.
        self.spaces = await asyncio.to_thread(self.make)
        try:
            self.line = self.spaces.line
            self.line.start()
            if self.names:
                await asyncio.to_thread(self.spaces.answer_names, self.names)
            certificate = ("--tls-cert", str(TLS / "service.pem"), "--tls-key", str(TLS / "service.key")) if self.is_secure else ()
            self.service = await Service.start(self.tools.devserver, self.spaces.inside(self.spaces.server), self.address, *certificate)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def talk(self, host=HOST, **wishes):
        inside = self.spaces.inside(self.spaces.client)
        talk = await Talk.open(self.tools.talker, host, self.service.port, inside, secure=self.is_secure, **wishes)
        self.talks.append(talk)
        return talk

    async def ip(self, *words):
        await asyncio.to_thread(ip, "-n", self.spaces.client, *words)

    async def link(self, state):
        await self.ip("link", "set", DEVICE, state)

    async def __aexit__(self, *_):
        for talk in self.talks:
            await talk.stop()
        if self.service:
            await self.service.stop()
        self.spaces.line.stop()
        await asyncio.to_thread(self.spaces.close)


async def goes_on(talk, seconds=4):
    await talk.speak(seconds)
    ended(await talk.end(), OK)
    add_up(talk)


@over_tls(ROOT, (48_000,), (128_000,))
async def a_rate_in_bits_per_s_below_that_of_audio(tools, number, rate):
    """"A line slower than the audio is given only what it delivers in that time."""
    async with Hosts(tools, number) as net:
        talk = await net.talk()
        await talk.event("READY")
        net.line.rate = rate
        await talk.until(lambda line: line.get("refused", 0) > 0, "the buffer is full")
        high = max(talk.values("queue_ms"))
        check(200 <= high <= 2 * BUFFER_MS, f"audio is refused with {high} ms in the queue")
        net.line.rate = 0
        await talk.until(lambda line: line.get("queue_ms", high) < high / 4, "the queue falls")
        ended(await talk.end(), OK)
        check(add_up(talk)["dropped"] == 0, "audio was dropped that nobody wanted dropped")


@over_tls(ROOT, (48_000,), (128_000,))
async def the_oldest_is_dropped_at_bits_per_s(tools, number, rate):
    """"Each run of losses is told by a WARNING with DROPPED when it is over, and a long one every 10 s."""
    async with Hosts(tools, number) as net:
        talk = await net.talk(flags="d")
        await talk.event("READY")
        net.line.rate = rate
        await talk.until(lambda line: line.get("dropped", 0) > 0 and "taken" in line, "something is dropped")
        await talk.until(lambda line: line.get("told", 0) > 0, "it is told")
        check(max(talk.values("refused")) == 0, "the newest was refused though the oldest is to be dropped")
        net.line.rate = 0
        high = max(talk.values("queue_ms"))
        await talk.until(lambda line: line.get("queue_ms", high) < high / 4, "the queue falls")
        ended(await talk.end(), OK)
        add_up(talk)


@over_tls(ROOT, (1_000_000,))
async def a_rate_in_bits_per_s_above_that_of_audio(tools, number, rate):
    async with Hosts(tools, number) as net:
        net.line.rate = rate
        talk = await net.talk()
        await talk.event("READY")
        await talk.speak(8)
        # A busy machine may hold the line up for a while.
        await talk.until(lambda line: line.get("queue_ms", BUFFER_MS) < BUFFER_MS / 2, "the queue is small")
        await goes_on(talk)


@over_tls(ROOT, (1,), (5,), (20,))
async def loss_in_percent(tools, number, percent):
    async with Hosts(tools, number) as net:
        talk = await net.talk()
        await talk.event("READY")
        net.line.loss = percent / 100
        await talk.speak(8)
        if percent == 20:
            net.line.loss = 0
        await goes_on(talk)
        check(net.line.lost > 0, "nothing was lost")


@over_tls(ROOT, ("translation",), ("speech",), ("text",))
async def delay_jitter_and_another_order(tools, number, product):
    async with Hosts(tools, number) as net:
        net.line.delay, net.line.jitter = 0.15, 0.1
        talk = await net.talk(product=product)
        await talk.event("READY")
        await goes_on(talk, 12)
        round_trip = max(talk.values("round_trip_us"))
        check(round_trip >= 100_000, f"a round trip of {round_trip} us over a line of twice 50 ms at least")


@over_tls(ROOT, ("translation",), ("speech",), ("text",))
async def a_black_hole_in_the_conversation(tools, number, product):
    async with Hosts(tools, number) as net:
        talk = await net.talk(product=product, liveness_ms=3000)
        await talk.event("READY")
        await talk.speak(2)
        net.line.is_hole = True
        begin = talk.now_ms()
        closed = await talk.over()
        ended(closed, DEAD)
        bounded(begin, closed, ROOM * 3000)


@over_tls(ROOT)
async def a_black_hole_that_heals(tools, number):
    async with Hosts(tools, number) as net:
        talk = await net.talk(liveness_ms=60_000)
        await talk.event("READY")
        await talk.speak(2)
        net.line.is_hole = True
        await talk.speak(3)
        high = max(talk.values("queue_ms"))
        net.line.is_hole = False
        check(high >= 1000, f"{high} ms wait after 3 s without a line")
        await talk.until(lambda line: line.get("queue_ms", high) < high / 2, "the queue falls")
        await goes_on(talk)


@over_tls(ROOT)
async def a_black_hole_before_the_connection(tools, number):
    async with Hosts(tools, number) as net:
        net.line.is_hole = True
        closed = await (await net.talk()).over()
        ended(closed, CONNECT)
        bounded(0, closed, ROOM * CONNECT_MS)


@over_tls(ROOT)
async def a_close_into_a_black_hole(tools, number):
    async with Hosts(tools, number) as net:
        talk = await net.talk()
        await talk.event("READY")
        net.line.is_hole = True
        await talk.leave()


@over_tls(ROOT)
async def a_link_down_and_up(tools, number):
    async with Hosts(tools, number) as net:
        talk = await net.talk(liveness_ms=60_000)
        await talk.event("READY")
        await talk.speak(2)
        await net.link("down")
        await talk.speak(3)
        await net.link("up")
        await talk.speak(1)
        high = max(talk.values("queue_ms"))
        await talk.until(lambda line: line.get("queue_ms", high) < max(high / 2, 400), "the queue falls")
        await goes_on(talk)


@over_tls(ROOT)
async def a_link_down_for_good(tools, number):
    async with Hosts(tools, number) as net:
        talk = await net.talk(liveness_ms=3000)
        await talk.event("READY")
        await talk.speak(1)
        await net.link("down")
        begin = talk.now_ms()
        closed = await talk.over()
        ended(closed, DEAD, LOST)
        bounded(begin, closed, ROOM * 3000)


@over_tls(ROOT)
async def no_link_at_all(tools, number):
    async with Hosts(tools, number) as net:
        await net.link("down")
        ended(await (await net.talk()).over(), CONNECT)


@over_tls(ROOT, ("translation",), ("speech",), ("text",))
async def a_connection_that_the_system_kills(tools, number, product):
    async with Hosts(tools, number) as net:
        talk = await net.talk(product=product)
        await talk.event("READY")
        await talk.speak(1)
        kill = net.spaces.inside(net.spaces.client, "ss", "-K", "dst", SERVER4)
        killed = await asyncio.to_thread(subprocess.run, kill, capture_output=True, check=False)
        check(SERVER4.encode() in killed.stdout, f"ss -K killed nothing: {killed}")
        ended(await talk.over(), LOST)


@case(ROOT, (4,), (6,))
async def one_address_family(tools, number, family):
    address, own = (SERVER4, CLIENT4) if family == 4 else (SERVER6, CLIENT6)
    async with Hosts(tools, number, address, hosts=f"{address} {HOST}\n") as net:
        # The other family is gone.
        other = CLIENT6 + "/64" if family == 4 else CLIENT4 + "/24"
        check(own not in other, "it is the other family that goes")
        await net.ip("address", "del", other, "dev", DEVICE)
        talk = await net.talk()
        await talk.event("READY")
        await goes_on(talk)


@case(ROOT, ("is a black hole", "fd99::dead"), ("refuses", SERVER6), ("has no route", "fd77::1"))
async def the_first_address(tools, number, _what, address):
    """The other one is tried soon: well before an attempt to connect has to be over."""
    async with Hosts(tools, number, hosts=f"{address} {HOST}\n{SERVER4} {HOST}\n") as net:
        talk = await net.talk()
        ready = await talk.event("READY")
        bounded(0, ready, CONNECT_MS)
        await goes_on(talk)


@case(ROOT, (0,), (2,))
async def a_name_server_that_answers_after_s(tools, number, seconds):
    async with Hosts(tools, number, hosts="", names=str(seconds)) as net:
        talk = await net.talk()
        await talk.event("READY")
        await goes_on(talk)


@case(ROOT, ("never",), ("unknown",))
async def a_name_server_that_answers(tools, number, how):
    """"The host name could not be resolved"; "a helper that resolves a name ends when the system's resolver returns"."""
    async with Hosts(tools, number, hosts="", names=how) as net:
        closed = await (await net.talk()).over(names=1 if how == "never" else 0)
        ended(closed, DNS)
        bounded(0, closed, ROOM * CONNECT_MS)
