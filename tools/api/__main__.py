"""Describes the API once: reads src/ffi, writes api/palabra.json, and prints everything else from that.

usage: python3 tools/api [--check] [--cbindgen PATH] [--baseline grown|new]

Without an option all files are written. With --check nothing is written and cbindgen is not needed: the committed
description must match the committed sources, the committed files must match the description, and the ABI must only
extend the baseline. With --baseline the current ABI becomes the baseline; see docs/abi.md."""

import argparse
import difflib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import baseline  # noqa: E402
import csharp_texts  # noqa: E402
import environment  # noqa: E402
import follow  # noqa: E402
import model  # noqa: E402
import print_abi_program  # noqa: E402
import print_bounds  # noqa: E402
import print_csharp  # noqa: E402
import print_csharp_environment  # noqa: E402
import print_csharp_options  # noqa: E402
import print_errors  # noqa: E402
import print_first_sizes  # noqa: E402
import print_fuzz  # noqa: E402
import print_go  # noqa: E402
import print_header  # noqa: E402
import print_layout  # noqa: E402
import print_reference  # noqa: E402
import print_unity_settings  # noqa: E402
import quoted  # noqa: E402
import rust_source  # noqa: E402

PRINTERS = (
    print_header,
    print_layout,
    print_abi_program,
    print_go,
    print_csharp,
    print_csharp_environment,
    print_csharp_options,
    print_unity_settings,
    print_reference,
    print_errors,
    print_first_sizes,
    print_bounds,
    print_fuzz,
)
ROOT = rust_source.ROOT


def main():
    args = arguments()
    if args.check:
        sys.exit(check())
    api = model.build(run_cbindgen(args.cbindgen))
    if args.baseline:
        earlier = baseline.read() if args.baseline == "grown" else None
        baseline.PATH.write_text(baseline.text(baseline.take(api, earlier)), encoding="utf-8")
    write({"api/palabra.json": to_json(api), **printed(api), **followed(api)})
    for problem in csharp_texts.problems(api):
        print(f"api: {problem}", file=sys.stderr)


def arguments():
    parser = argparse.ArgumentParser(description="Describes the C API once and prints everything that repeats it.")
    parser.add_argument("--check", action="store_true", help="write nothing; say whether all files are up to date")
    parser.add_argument("--cbindgen", default=ROOT / "build/tools/cargo/bin/cbindgen", help="path of cbindgen")
    parser.add_argument("--baseline", choices=("grown", "new"), help="make the present ABI the baseline: at a release "
                        "that added to it (programs compiled with the first version go on), or after a break")
    return parser.parse_args()


def run_cbindgen(program):
    config = pathlib.Path(__file__).resolve().parent / "cbindgen.toml"
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "raw.h"
        command = [str(program), "--quiet", "--config", str(config), "--crate", "palabra", "--output", str(out)]
        subprocess.run(command, cwd=ROOT, check=True)
        return out.read_text(encoding="utf-8")


def to_json(api):
    return json.dumps(api, indent=1, ensure_ascii=False) + "\n"


def printed(api):
    files = {}
    for printer in PRINTERS:
        files.update(printer.files(api))
    return files


def followed(api):
    """Hand-written files in which renamed fields are updated; none while there is no description to compare with."""
    text = current("api/palabra.json")
    # A file with merge conflicts is not a description.
    if text is None or "<<<<<<<" in text:
        return {}
    return {"docs/coverage.md": follow.table(json.loads(text), api)}


def write(files):
    changed = [path for path, text in files.items() if current(path) != text]
    for path in changed:
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files[path], encoding="utf-8")
    print(f"api: {len(files)} files, {len(changed)} changed")


def current(path):
    target = ROOT / path
    return target.read_text(encoding="utf-8") if target.exists() else None


def check():
    text = current("api/palabra.json")
    if text is None:
        return fail("api/palabra.json is missing")
    api = json.loads(text)
    if to_json(api) != text:
        return fail("api/palabra.json was edited by hand")
    if api["sources"] != rust_source.digest():
        return fail("src/ffi or tools/api was changed")
    if strangers := [*environment.problems(api), *quoted.strangers(api), *csharp_texts.problems(api)]:
        return fail("; ".join(strangers))
    for path, wanted in printed(api).items():
        if (found := current(path)) != wanted:
            diff = difflib.unified_diff((found or "").splitlines(), wanted.splitlines(), path, "printed", lineterm="")
            print("\n".join(list(diff)[:40]))
            return fail(f"{path} is not what api/palabra.json says")
    if broken := list(baseline.problems(baseline.read(), api)):
        print("\n".join(broken))
        print("api: programs that were compiled with api/baseline.json break; see docs/abi.md", file=sys.stderr)
        return 1
    print("api: everything is up to date")
    return 0


def fail(text):
    print(f"api: {text}; run 'make header' and commit the result", file=sys.stderr)
    return 1


if __name__ == "__main__":
    main()
