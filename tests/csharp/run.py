#!/usr/bin/env python3
"""Builds the C# and Unity bindings, and runs their tests with a devserver: on .NET, on Mono, and Unity's on Mono.

usage: run.py --library FOLDER --devserver PATH [--filter NAME] [--only PART]... [--prove] [--built] [--report PATH]

Needs a .NET SDK 10 (tools/install.sh csharp). Closes with one line: `csharp: 12 passed, 0 failed`.
"""

import argparse
import concurrent.futures
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/unity"))

import package  # noqa: E402
import parts  # noqa: E402
from checks import dotnet  # noqa: E402
from checks.reports import write_junit  # noqa: E402
from work import Work  # noqa: E402

PARTS = {
    "dotnet": parts.on_dotnet, "mono": parts.on_mono, "unity": package.on_unity, "programs": parts.programs, "readme": parts.readme,
    # Only with --prove.
    "published": parts.published, "analysed": parts.analysed,
}
# Most tests wait for audio in real time.
AT_ONCE = 3


def arguments():
    parser = argparse.ArgumentParser(description="Builds and tests the C# and Unity bindings.")
    parser.add_argument("--library", required=True, type=pathlib.Path, help="folder of the shared library")
    parser.add_argument("--devserver", required=True, type=pathlib.Path)
    parser.add_argument("--filter", default="", help="only tests whose name holds this")
    parser.add_argument("--only", action="append", default=[], choices=PARTS, help="only this part")
    parser.add_argument("--prove", action="store_true", help="also the tests of the slower tier")
    parser.add_argument("--built", action="store_true", help="everything has just been built, by tests/csharp/build.py")
    parser.add_argument("--report", type=pathlib.Path, help="where to write what passed and failed, as JUnit does")
    return parser.parse_args()


def main():
    args = arguments()
    sdk = dotnet.find()
    if sdk is None:
        sys.exit(f"csharp: {dotnet.HOW}")
    work = Work(sdk, args)
    names = [name for name in PARTS if not args.only or name in args.only]
    if args.built or work.builds(args.prove):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for tally in pool.map(lambda name: work.part(name, PARTS[name]), names):
                work.tally.add_all(tally)
    if args.report:
        write_junit(args.report, "csharp", work.tally.cases, work.tally.skipped)
    failed, skipped = work.tally.failed(), len(work.tally.skipped)
    print(f"\ncsharp: {len(work.tally.cases) - failed} passed, {failed} failed{f', {skipped} skipped' if skipped else ''}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
