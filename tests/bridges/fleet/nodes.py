"""A node of the fleet at its place: its process, its log, its figures; and that it can be replaced by a new process."""

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

PATIENCE = 60.0
SIP_PORT, AUDIO_PORT, AGENT_PORT = 5060, 9092, 9094
SYSTEM = "/usr/lib/baresip/modules"


class Node:
    http_port = None

    def __init__(self, place, folder, limit, client_id=None):
        self.place, self.name, self.folder, self.limit, self.client_id = place, place.name, folder, limit, client_id
        self.lines, self.changed, self.process = [], threading.Condition(), None
        folder.mkdir()

    def start(self):
        self.write_config()
        environment = {**os.environ, **({"PALABRA_CLIENT_ID": self.client_id} if self.client_id else {})}
        began, count = time.monotonic(), len(self.lines)
        self.first = count
        self.process = subprocess.Popen(self.place.inside(*self.command()), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        self.wait_for(lambda: any(self.is_start(line) for line in self.lines[count:]) or self.process.poll() is not None, "it does not start")
        if self.process.poll() is not None:
            raise AssertionError(f"node {self.name} ended at once: {self.lines[count:]}")
        return time.monotonic() - began

    def _read(self, process):
        for line in process.stdout:
            with self.changed:
                self.lines.append(line)
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def wait_for(self, holds, what):
        with self.changed:
            if not self.changed.wait_for(holds, PATIENCE):
                raise TimeoutError(f"node {self.name}: {what}: {self.lines[-5:]}")

    def page(self, path):
        """(status, text, headers) of its web page."""
        try:
            with urllib.request.urlopen(f"http://{self.place.address}:{self.http_port}{path}", timeout=PATIENCE) as reply:
                return reply.status, reply.read().decode(), reply.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(), refused.headers

    def figure(self, name):
        for line in self.page("/metrics")[1].splitlines():
            if line.startswith(f"{name} "):
                return float(line.split()[-1])
        raise AssertionError(f"/metrics of {self.name} has no {name}")

    # --- What happens to it -----------------------------------------------------------------------------------------

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop_process(self):
        self.process.send_signal(signal.SIGSTOP)

    def continue_process(self):
        self.process.send_signal(signal.SIGCONT)

    def update(self, is_told=False):
        """Drains, ends with its last call, and is replaced; `is_told`: it drains already. Returns (seconds of the drain, seconds until the new one is ready)."""
        began = time.monotonic()
        if not is_told:
            self.process.terminate()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"node {self.name} does not end: {self.figure(self.CALLS)} calls, {''.join(self.lines[-8:])}") from None
        drained = time.monotonic() - began
        if code != 0:
            raise AssertionError(f"node {self.name} ended with {code}: {self.lines[-5:]}")
        return drained, self.start()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class AudioNode(Node):
    http_port, job, CALLS = 9093, "palabra-audiosocket", "palabra_audiosocket_calls"

    def __init__(self, program, place, folder, limit, client_id=None):
        super().__init__(place, folder, limit, client_id)
        self.program = program

    def write_config(self):
        (self.folder / "conf").write_text(
            f"listen = 0.0.0.0:{AUDIO_PORT}\nhttp = 0.0.0.0:{self.http_port}\nagent = 0.0.0.0:{AGENT_PORT}\ncalls = {self.limit}\nlate_ms = 0\npair_s = 5\ngrace_ms = 2500\n"
            "[leg 0]\nlanguage = en\n[leg 1]\nlanguage = es\n", encoding="utf-8")

    def command(self):
        return self.program, self.folder / "conf"

    def is_start(self, line):
        return '"what":"ready"' in line

    def limit_to(self, count):
        """While it runs."""
        self.limit = count
        self.write_config()
        before = len(self.lines)
        self.process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: any('"what":"configured"' in line for line in self.lines[before:]), "it was not configured")

    def told(self, what, ever=True):
        """Lines of its log; not `ever`: of this process."""
        with self.changed:
            return [json.loads(line) for line in self.lines[0 if ever else self.first:] if f'"what":"{what}"' in line]


class SipNode(Node):
    http_port, job, CALLS = 9095, "palabra-sip", "palabra_sip_calls"

    def __init__(self, module, callee, place, folder, limit, client_id=None):
        super().__init__(place, folder, limit, client_id)
        self.module, self.callee = module, callee

    def write_config(self):
        modules = self.folder / "modules"
        modules.mkdir(exist_ok=True)
        for source in (f"{SYSTEM}/g711.so", f"{SYSTEM}/account.so", self.module.resolve()):
            link = modules / os.path.basename(source)
            if not link.exists():
                link.symlink_to(source)
        (self.folder / "config").write_text(
            f"sip_listen {self.place.address}:{SIP_PORT}\nmodule_path {modules}\ncall_max_calls 200\nrtp_timeout 5\nmodule g711.so\nmodule_app account.so\nmodule_app palabra.so\n"
            f"audio_source palabra,x\naudio_player palabra,x\npalabra_late_ms 0\npalabra_calls {self.limit}\npalabra_http {self.place.address}:{self.http_port}\n", encoding="utf-8")
        (self.folder / "accounts").write_text(f"<sip:spanish@{self.place.address}>;regint=0;extra=en/es/{self.callee}\n", encoding="utf-8")
        (self.folder / "contacts").write_text("", encoding="utf-8")

    def command(self):
        return "env", f"LD_LIBRARY_PATH={self.module.resolve().parents[2]}", "baresip", "-f", self.folder

    def is_start(self, line):
        return re.search(r"baresip is ready", line)


# --- What calls cost ---------------------------------------------------------------------------------------------------

COST_SECONDS = 5


def cost(nodes, count):
    """Of all nodes, for a call: measured for some seconds, while `count()` calls go on."""
    nodes = list(nodes)
    taken = lambda: (sum(used_seconds(node.process.pid) for node in nodes), sum(sent_bytes(node) for node in nodes))  # noqa: E731
    calls, began, before = count(), time.monotonic(), taken()
    time.sleep(COST_SECONDS)
    after, seconds = taken(), time.monotonic() - began
    kilobytes = sum(resident_kilobytes(node.process.pid) for node in nodes)
    return {"calls": round(calls), "processor of a call, %": round(100 * (after[0] - before[0]) / seconds / calls, 2), "memory of three nodes, MB": round(kilobytes / 1000, 1),
            "to the service, kbit/s a call": round(8 * (after[1] - before[1]) / seconds / calls / 1000)}


def sent_bytes(node):
    return node.figure('palabra_sent_bytes_total{product="translation"}')


def used_seconds(process):
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kilobytes(process):
    with open(f"/proc/{process}/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
