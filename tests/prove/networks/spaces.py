"""Two hosts on this machine: network namespaces with a line between them, an own list of hosts, and perhaps a name server."""

import os
import pathlib
import shutil
import subprocess
import sys

from line import DEVICE, Line

CLIENT4, SERVER4, CLIENT6, SERVER6 = "10.99.0.1", "10.99.0.2", "fd99::1", "fd99::2"
# The name in the certificate of tests/sim/tls.
HOST = "palabra.sim"
HERE = pathlib.Path(__file__).resolve().parent


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def missing():
    """Why this machine cannot do it; empty if it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None or shutil.which("ss") is None:
        return "there is no ip and ss (iproute2)"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun"
    name = f"palabra-{os.getpid()}"
    try:
        ip("netns", "add", name)
        ip("netns", "del", name)
    except subprocess.CalledProcessError as error:
        return f"no network namespace can be made: {error.stderr.decode(errors='replace').strip()}"
    return ""


class Spaces:
    def __init__(self, number, hosts=f"{SERVER4} {HOST}\n", resolver=False):
        self.client, self.server = (f"palabra-{os.getpid()}-{number}{side}" for side in "cs")
        self.line, self.resolver, self.etc = None, None, pathlib.Path("/etc/netns") / self.client
        try:
            for space in (self.client, self.server):
                ip("netns", "add", space)
            self.line = Line((self.client, self.server), number)
            for space, four, six in ((self.client, CLIENT4, CLIENT6), (self.server, SERVER4, SERVER6)):
                ip("-n", space, "link", "set", "lo", "up")
                ip("-n", space, "address", "add", f"{four}/24", "dev", DEVICE)
                ip("-n", space, "link", "set", DEVICE, "up")
                ip("-n", space, "-6", "address", "add", f"{six}/64", "dev", DEVICE, "nodad")
            self.etc.mkdir(parents=True)
            (self.etc / "hosts").write_text(f"127.0.0.1 localhost\n{hosts}", encoding="utf-8")
            (self.etc / "resolv.conf").write_text(f"nameserver {SERVER4}\n" if resolver else "", encoding="utf-8")
            (self.etc / "nsswitch.conf").write_text("hosts: files dns\n", encoding="utf-8")
        except BaseException:
            self.close()
            raise

    def answer_names(self, *arguments):
        """A name server beside the service; see names.py."""
        self.resolver = subprocess.Popen(self.inside(self.server, sys.executable, HERE / "names.py", SERVER4, *arguments), stdout=subprocess.PIPE)
        self.resolver.stdout.readline()

    def inside(self, space, *command):
        return ["ip", "netns", "exec", space, *(str(word) for word in command)]

    def close(self):
        if self.resolver:
            self.resolver.kill()
            self.resolver.wait()
            self.resolver.stdout.close()
        if self.line:
            self.line.close()
        for space in (self.client, self.server):
            subprocess.run(["ip", "netns", "del", space], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.etc, ignore_errors=True)
