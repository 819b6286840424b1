"""Where the nodes are: a network namespace for each, joined by a line of its own to the hub, in which everything else runs."""

import contextlib
import os
import shutil
import subprocess
import sys

HUB = "10.77.0.1"
NAMES = ("a", "b", "c")
INSIDE = "PALABRA_FLEET_INSIDE"


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def missing():
    """Why this machine cannot do it; empty if it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    absent = [name for name in ("ip", "unshare", "haproxy", "kamailio", "kamcmd", "baresip", "prometheus") if shutil.which(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)}"
    done = subprocess.run(["unshare", "--net", "ip", "link", "add", "one", "type", "veth", "peer", "name", "two"], stderr=subprocess.PIPE, text=True, check=False)
    return f"no network namespace can be made: {done.stderr.strip()}" if done.returncode else ""


def enter_hub():
    """This program again, in a network of its own, which ends with it."""
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    ip("link", "set", "lo", "up")
    ip("address", "add", f"{HUB}/32", "dev", "lo")


class Place:
    """The host of a node. Its line to the hub can be cut."""

    def __init__(self, name):
        self.name, number = name, NAMES.index(name) + 1
        self.space, self.device = f"palabra-{os.getpid()}-{name}", f"node-{name}"
        self.gateway, self.address = f"10.77.{number}.1", f"10.77.{number}.2"

    def __enter__(self):
        ip("netns", "add", self.space)
        ip("link", "add", self.device, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        ip("address", "add", f"{self.gateway}/24", "dev", self.device)
        ip("link", "set", self.device, "up")
        ip("-n", self.space, "link", "set", "lo", "up")
        ip("-n", self.space, "address", "add", f"{self.address}/24", "dev", "eth0")
        ip("-n", self.space, "link", "set", "eth0", "up")
        ip("-n", self.space, "route", "add", "default", "via", self.gateway)
        return self

    def __exit__(self, *_):
        with contextlib.suppress(subprocess.CalledProcessError):
            ip("netns", "del", self.space)

    def inside(self, *command):
        return ["ip", "netns", "exec", self.space, *(str(word) for word in command)]

    def cut(self):
        ip("-n", self.space, "link", "set", "eth0", "down")

    def mend(self):
        ip("-n", self.space, "link", "set", "eth0", "up")
        ip("-n", self.space, "route", "add", "default", "via", self.gateway)


if __name__ == "__main__":
    print(missing())
