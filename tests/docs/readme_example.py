#!/usr/bin/env python3
"""Compiles an example of a README or a guide against an installed prefix and runs it; needs a running devserver.

usage: readme_example.py --prefix PREFIX [--readme README.md] [--language c] [--compiler CC] [--libdir lib] [--under TOOL]
                         [--number 1] [--rest-session] [--argument ARG] [--stop-at TEXT] [--prints PATTERN]
"""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
STANDARDS = {"c": "c99", "cpp": "c++17"}
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
SECONDS = 900


def arguments():
    parser = argparse.ArgumentParser(description="Compiles and runs an example of a README or a guide.")
    parser.add_argument("--prefix", required=True, type=pathlib.Path, help="where palabra is installed")
    parser.add_argument("--readme", default="README.md", help="path in the repository")
    parser.add_argument("--language", default="c", choices=STANDARDS)
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("--libdir", default="lib", help="folder of the library in the prefix")
    parser.add_argument("--under", default="", help="command that runs it, such as a memory checker")
    parser.add_argument("--number", default=1, type=int, help="which of the examples in that language; only the first is also compiled as the README says")
    parser.add_argument("--rest-session", action="store_true", help="address and token of a new REST session are its first arguments")
    parser.add_argument("--argument", action="append", default=[], help="one more argument of the program")
    parser.add_argument("--stop-at", default="", help="SIGTERM is sent when it prints a line with this text")
    parser.add_argument("--prints", default="closed: PALABRA_OK", help="pattern of what it prints")
    return parser.parse_args()


def example(readme, language, number):
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    if len(found) < number:
        sys.exit(f"readme_example: {readme} has no example {number} in {language}")
    return found[number - 1]


def by_hand(readme, language, source, prefix):
    """Compiles as the page says, with the prefix in place of its own. None: no command, or another folder."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    command = re.search(rf"^cc (\w+)\.{language} .* -o \1$", text, re.MULTILINE)
    if not command or not (prefix / "lib" / "pkgconfig").is_dir():
        return None
    home = source.parent / "home"
    home.mkdir()
    (home / "palabra").symlink_to(prefix.resolve())
    (source.parent / f"{command[1]}.{language}").write_bytes(source.read_bytes())
    environment = {**os.environ, "HOME": str(home)}
    if subprocess.run(["sh", "-c", command.group(0)], cwd=source.parent, env=environment).returncode != 0:
        sys.exit(f"readme_example: the command of {readme} does not compile it")
    return source.parent / command[1]


def rest_session():
    """What a server that has the key hands out: the address of a stream, and a token."""
    headers = {"ClientId": os.environ["PALABRA_CLIENT_ID"], "ClientSecret": os.environ["PALABRA_CLIENT_SECRET"]}
    body = json.dumps({"data": {"subscriber_count": 0, "publisher_can_subscribe": True}}).encode()
    asked = urllib.request.Request(
        os.environ["PALABRA_API_URL"] + "/session-storage/session", body, {**headers, "Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
        made = json.load(answer)["data"]
    return [made["ws_url"], made["publisher"]]


def run(command, folder, stop_at):
    """(exit code, what it printed)"""
    program = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", cwd=folder)
    timer = threading.Timer(SECONDS, program.kill)
    timer.start()
    printed = ""
    for line in program.stdout:
        print(line, end="", flush=True)
        if stop_at and stop_at in line and stop_at not in printed:
            program.send_signal(signal.SIGTERM)
        printed += line
    timer.cancel()
    return program.wait(), printed


def main():
    args = arguments()
    libraries = args.prefix / args.libdir
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, f"example.{args.language}"), pathlib.Path(folder, "example")
        source.write_text(example(args.readme, args.language, args.number), encoding="utf-8")
        strict = [f"-std={STANDARDS[args.language]}", *STRICT, f"-I{args.prefix / 'include'}"]
        link = [f"-L{libraries}", "-lpalabra", f"-Wl,-rpath,{libraries}"]
        if subprocess.run([args.compiler, *strict, source, "-o", program, *link]).returncode != 0:
            sys.exit(f"readme_example: the example of {args.readme} does not compile")
        if args.number == 1:
            program = by_hand(args.readme, args.language, source, args.prefix) or program
        given = [*(rest_session() if args.rest_session else []), *args.argument]
        code, printed = run([*args.under.split(), program, *given], folder, args.stop_at)
    if code != 0 or not re.search(args.prints, printed, re.DOTALL):
        sys.exit(f"readme_example: the example of {args.readme} ended with {code} and not in order")


if __name__ == "__main__":
    main()
