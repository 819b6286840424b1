#!/usr/bin/env python3
"""palabra-doctor beside a devserver, whose address is in the environment (tests/c/support/with_devserver.py).

usage: test_doctor.py --program PATH --certs FOLDER
"""

import argparse
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from devserver import Devserver, patient  # noqa: E402

SECRET = "a-secret-that-nobody-may-see"
CASES = []


def case(function):
    CASES.append(function)
    return function


class Doctor:
    def __init__(self, program, certs):
        self.program, self.certs = program, certs

    def run(self, *options, **variables):
        """Exit code and what was found, by name; a variable that is None is not set."""
        environment = {**os.environ, "PALABRA_CLIENT_ID": "dev", "PALABRA_CLIENT_SECRET": SECRET, **variables}
        environment = {name: value for name, value in environment.items() if value is not None}
        done = subprocess.run([self.program, "--json", *options], env=environment, capture_output=True, text=True, check=False)
        assert SECRET not in done.stdout + done.stderr, "the secret is told"
        told = json.loads(done.stdout)
        assert done.returncode == {"ok": 0, "warning": 1, "failed": 2}[told["verdict"]], told
        return done.returncode, {check["name"]: check for check in told["checks"]}, told["text"]


@case
def all_is_well(doctor):
    code, checks, text = doctor.run()
    assert (code, text) == (0, "the service can be used from here"), checks
    assert all(check["state"] == "ok" for check in checks.values()), checks
    assert [*checks] == ["library", "proxy", "network", "REST API", "clock", "stream", "text-to-speech", "session", "round trip",
                         "pace", "translation"]
    assert "[es] phrase 1" in checks["translation"]["text"], checks


@case
def an_api_key(doctor):
    code, checks, _ = doctor.run(
        "--no-speech", PALABRA_CLIENT_ID=None, PALABRA_CLIENT_SECRET=None, PALABRA_API_KEY=f"dev-{SECRET}",
        PALABRA_TRANSLATION_URL=os.environ["PALABRA_WS_URL"])
    assert (code, checks["clock"]["state"], checks["session"]["state"]) == (0, "skipped", "ok"), checks
    assert "translation" not in checks


@case
def credentials_that_are_refused(doctor):
    code, checks, text = doctor.run(PALABRA_CLIENT_ID="dev~rest_status=401")
    assert (code, checks["REST API"]["state"]) == (2, "failed") and "session" not in checks, checks
    assert "PALABRA_ERR_AUTH" in text and "PALABRA_CLIENT_SECRET" in checks["REST API"]["advice"], checks


@case
def no_credentials(doctor):
    code, checks, _ = doctor.run(PALABRA_CLIENT_ID=None, PALABRA_CLIENT_SECRET=None)
    assert code == 2 and "no credentials" in checks["REST API"]["text"], checks


@case
def a_name_that_nobody_knows(doctor):
    code, checks, text = doctor.run("--api-url", "https://nowhere.invalid")
    assert (code, checks["network"]["state"]) == (2, "failed") and "nowhere.invalid" in text, checks


@case
def a_port_where_nobody_listens(doctor):
    code, checks, _ = doctor.run("--api-url", "http://127.0.0.1:9")
    assert code == 2 and "cannot be reached" in checks["network"]["text"], checks


@case
def a_proxy_is_named_without_its_password(doctor):
    code, checks, _ = doctor.run("--proxy", f"http://user:{SECRET}@127.0.0.1:9", "--api-url", "http://nowhere.invalid")
    assert code == 2 and checks["proxy"]["text"] == "--proxy=...@127.0.0.1:9", checks
    assert checks["network"]["state"] == "skipped" and "PALABRA_ERR_CONNECT" in checks["REST API"]["text"], checks


@case
def a_certificate_that_nobody_trusts(doctor):
    args = [f"--tls-cert={doctor.certs}/server.pem", f"--tls-key={doctor.certs}/server.key"]
    with Devserver(os.environ["PALABRA_DEVSERVER"], patient(args)) as server:
        code, checks, _ = doctor.run("--api-url", server.api_url, "--no-speech")
        assert code == 2 and "PALABRA_ERR_TLS" in checks["REST API"]["text"] and "--ca-file" in checks["REST API"]["advice"], checks
        code, checks, _ = doctor.run("--api-url", server.api_url, "--no-speech", "--ca-file", f"{doctor.certs}/ca.pem")
        assert code == 0, checks


@case
def a_clock_that_is_wrong(doctor):
    """A service that says another time, and has no stream."""

    class Service(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer({"data": {"sessions": []}})

        def do_POST(self):
            then = time.strftime("%Y-%m-%dT%H:%M:%S.25+02:00", time.gmtime(time.time() + 2 * 3600 + 600))
            self.answer({"data": {"id": "one", "ws_url": "ws://127.0.0.1:9/", "publisher": "token", "created_at": then}})

        do_DELETE = do_GET

        def answer(self, value):
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        code, checks, _ = doctor.run("--api-url", f"http://127.0.0.1:{server.server_port}", "--no-speech")
        server.shutdown()
    assert code == 2 and checks["clock"]["state"] == "warning", checks
    behind = checks["clock"]["text"].removeprefix("this machine's clock is ").removesuffix(" s behind")
    assert behind.isdigit() and abs(int(behind) - 600) < 120, checks


@case
def a_session_that_is_refused(doctor):
    code, checks, _ = doctor.run("--no-speech", "--target", "xx")
    assert code == 2 and checks["session"]["state"] == "failed" and checks["session"]["text"].startswith("PALABRA_ERR_"), checks


@case
def what_is_printed_for_people(doctor):
    done = subprocess.run([doctor.program, "--no-speech", "--api-url", "http://127.0.0.1:9"], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 2 and lines[0].startswith("ok       library: libpalabra "), done
    assert any(line.startswith("         -> ") for line in lines), done
    assert lines[-1].startswith("the service cannot be used from here: network: "), done
    wrong = subprocess.run([doctor.program, "--frobnicate"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 64 and "--frobnicate is no option" in wrong.stderr, wrong


def main():
    parser = argparse.ArgumentParser(description="Tries palabra-doctor.")
    parser.add_argument("--program", required=True)
    parser.add_argument("--certs", required=True)
    args = parser.parse_args()
    doctor, failed = Doctor(args.program, args.certs), 0
    for function in CASES:
        try:
            function(doctor)
            print(f"ok {function.__name__}", flush=True)
        except Exception:
            failed += 1
            traceback.print_exc()
            print(f"FAILED {function.__name__}", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
