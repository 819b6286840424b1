"""What is wrong with a library that cannot be run here, as far as its file tells."""

import re

# Of Android's pages since version 15, in bytes.
PAGE = 0x4000
# Names of the unwinder, which is linked from the NDK's libunwind.a.
UNWINDER = ("_Unwind_", "__aeabi_unwind_cpp_pr", "__gnu_unwind_")


def listed(text):
    """{library: names} of a list with a heading in brackets for each library."""
    found = {}
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            names = found.setdefault(line.strip("[]"), [])
        elif line:
            names.append(line)
    return found


def of_names(names, functions):
    """What a shared library offers is the API, and nothing else."""
    faults = [f"does not offer {name}" for name in sorted(functions - names)]
    return faults + [f"offers {name}, which is no function of the API" for name in sorted(names - functions)]


def of_elf(said):
    """{names, missing, name, needs, stays, pages} of what `readelf -dlW --dyn-syms` says."""
    rows = re.findall(r"^ *\d+: [0-9a-f]+ +\S+ +\S+ +(\S+) +\S+ +(?:\[.*\] +)?(\S+) +([^\s@]+)", said, re.MULTILINE)
    name = re.search(r"\(SONAME\).*\[(.*)\]", said)
    return {"names": {name for _, section, name in rows if section != "UND"},
            # What is weak may be missing.
            "missing": {name for binding, section, name in rows if section == "UND" and binding == "GLOBAL"},
            "name": name and name[1], "needs": re.findall(r"\(NEEDED\).*\[(.*)\]", said), "stays": bool(re.search(r"\bNODELETE\b", said)),
            "pages": min((int(found, 16) for found in re.findall(r"^ *LOAD .* (0x[0-9a-f]+)$", said, re.MULTILINE)), default=0)}


def of_android(about, functions, has):
    """`has`: the names of each library of the system."""
    faults = of_names(about["names"], functions)
    if about["name"] != "libpalabra.so":
        faults.append(f"SONAME is {about['name']}, not libpalabra.so")
    if not about["stays"]:
        faults.append("may be unloaded while a thread of it runs: no NODELETE")
    if about["pages"] < PAGE:
        faults.append(f"segments on pages of {about['pages'] // 1024} kB, which devices with pages of {PAGE // 1024} kB do not load")
    known = set().union(*has.values())
    unknown = [name for name in sorted(about["missing"] - known) if not name.startswith(UNWINDER)]
    faults += [f"needs {name}, which is not known to be in Android's API 24" for name in unknown]
    return faults + [f"needs {library}" for library in about["needs"] if library not in has]


def of_macos(about, functions, name, oldest):
    """`oldest`: the version of macOS that Rust builds for, unless told otherwise."""
    faults = of_names(about["names"], functions)
    if about["name"] != name:
        faults.append(f"install name is {about['name']}, not {name}")
    if about["oldest"] != oldest:
        faults.append(f"is for macOS {about['oldest']} or later, not {oldest}")
    return faults + [f"needs {path}, which is not of the system" for path in about["needs"] if not path.startswith(("/usr/lib/", "/System/Library/"))]


def of_flags(pc):
    """What a program with the static library must link, by pkg-config's file."""
    flags = re.search(r"^Libs\.private:(.*)$", pc, re.MULTILINE)[1]
    lone = re.sub(r"-framework +\S+", "", flags).split()
    return [f"palabra.pc has {word}, which is no option" for word in lone if not word.startswith("-") or word == "-framework"]
