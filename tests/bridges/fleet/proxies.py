"""HAProxy, Kamailio and Prometheus in the hub, with the files of bridges/fleet and the addresses of this try."""

import contextlib
import json
import re
import socket
import subprocess
import time
import urllib.parse
import urllib.request

from nodes import AGENT_PORT, AUDIO_PORT, PATIENCE, SIP_PORT
from places import HUB

PROXY_PORT, PROMETHEUS_PORT = 9090, 9091


class Program:
    def __init__(self, folder):
        self.folder, self.process = folder, None

    def start(self, *command):
        self.log = open(self.folder / f"{type(self).__name__.lower()}.log", "w", encoding="utf-8")
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True)

    def close(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.log.close()

    def wait(self, holds, what):
        end, found = time.monotonic() + PATIENCE, None
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"{self.process.args[0]} ended: {(self.folder / self.log.name).read_text(encoding='utf-8')[-2000:]}")
            with contextlib.suppress(OSError, subprocess.CalledProcessError, ValueError):
                found = self.states()
                if holds(found):
                    return
            time.sleep(0.05)
        raise TimeoutError(f"{what}: {found}")


class HAProxy(Program):
    def __init__(self, folder, config, places):
        super().__init__(folder)
        self.socket = folder / "proxy.sock"
        text = re.sub(r"bind \S+", f"bind {HUB}:{PROXY_PORT}", config.read_text(encoding="utf-8"))
        text = re.sub(r"^    server .*\n", "", text, flags=re.MULTILINE)
        text += "".join(f"    server {place.name} {place.address}:{AUDIO_PORT}\n" for place in places)
        assert f"agent-port {AGENT_PORT}" in text, "the port of the agent"
        self.config = folder / "haproxy.cfg"
        self.config.write_text(f"global\n    stats socket {self.socket} level admin\n    maxconn 4000\n{text}", encoding="utf-8")
        self.start("haproxy", "-q", "-db", "-f", self.config)

    def states(self):
        """{name: (status, weight)}"""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(str(self.socket))
            asked.sendall(b"show stat\n")
            rows = [line.split(",") for line in asked.makefile().read().splitlines() if line]
        head = [name.lstrip("# ") for name in rows[0]]
        table = [dict(zip(head, row)) for row in rows[1:]]
        return {row["svname"]: (row["status"], int(row["weight"] or 0)) for row in table if row["pxname"] == "bridges" and row["svname"] != "BACKEND"}

    def wait_up(self, *names):
        self.wait(lambda found: all(found[name][0].startswith("UP") and found[name][1] > 0 for name in names), f"{names} are not up")


class Kamailio(Program):
    def __init__(self, folder, config, places):
        super().__init__(folder)
        self.control = f"unixs:{folder}/kamailio.ctl"
        nodes = folder / "dispatcher.list"
        nodes.write_text("".join(f"1 sip:{place.address}:{SIP_PORT} 0 0 weight={34 if number == 0 else 33}\n" for number, place in enumerate(places)), encoding="utf-8")
        self.names = {place.address: place.name for place in places}
        self.start("kamailio", "-DD", "-E", "-m", "64", "-f", config, "-P", folder / "kamailio.pid", "-Y", folder, "-A", f"LISTEN=udp:{HUB}:{SIP_PORT}",
                   "-A", f'NODES="{nodes}"', "-A", f'CONTROL="{self.control}"')

    def states(self):
        """{name: flags}, of which the first is A for a node that takes calls."""
        text = subprocess.run(["kamcmd", "-s", self.control, "dispatcher.list"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
        return {self.names[address]: flags for address, flags in re.findall(r"URI: sip:([\d.]+):\d+.*?FLAGS: (\w+)", text, re.DOTALL)}

    def wait_up(self, *names):
        self.wait(lambda found: all(found[name].startswith("A") for name in names), f"{names} are not up")


class Prometheus(Program):
    """Scrapes each second. The rules wait a thirtieth of their time."""

    FASTER = 30

    def __init__(self, folder, rules, nodes):
        super().__init__(folder)
        text = re.sub(r"for: (\d+)([ms])", self._shorter, rules.read_text(encoding="utf-8"))
        text = text.replace("[5m]", "[10s]").replace("[1m]", "[10s]")
        (folder / "alerts.yml").write_text(text, encoding="utf-8")
        jobs = sorted({node.job for node in nodes})
        config = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}, "rule_files": ["alerts.yml"],
                  "scrape_configs": [{"job_name": job, "static_configs": [{"targets": [f"{node.place.address}:{node.http_port}"], "labels": {"node": node.name}}
                                                                        for node in nodes if node.job == job]} for job in jobs]}
        (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
        self.start("prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{PROMETHEUS_PORT}",
                   "--log.level=warn")

    def _shorter(self, found):
        seconds = int(found[1]) * (60 if found[2] == "m" else 1)
        return f"for: {max(1, seconds // self.FASTER)}s"

    def ask(self, path, **what):
        with urllib.request.urlopen(f"http://127.0.0.1:{PROMETHEUS_PORT}/api/v1/{path}?{urllib.parse.urlencode(what)}", timeout=PATIENCE) as reply:
            return json.load(reply)["data"]

    def states(self):
        """The alerts that fire, as (name, job, node)."""
        return {(alert["labels"]["alertname"], alert["labels"].get("job", ""), alert["labels"].get("node", "")) for alert in self.ask("alerts")["alerts"] if alert["state"] == "firing"}

    def fired(self, begin, end):
        """Those that fired between two times of the clock."""
        found = self.ask("query_range", query='ALERTS{alertstate="firing"}', start=begin, end=end, step=1)["result"]
        return {(one["metric"]["alertname"], one["metric"].get("job", ""), one["metric"].get("node", "")) for one in found}

    def series(self, query, begin, end, label="node"):
        found = self.ask("query_range", query=query, start=begin, end=end, step=1)["result"]
        lines = {}
        for one in found:
            values = {round(float(at)): float(value) for at, value in one["values"]}
            lines[one["metric"].get(label, "all")] = [values.get(second, 0.0) for second in range(round(begin), round(end) + 1)]
        return lines
