"""Compares crates with deny.toml, which cargo-deny reads too: allowed licences, forbidden crates, where they are from."""

import collections
import re
import tomllib


def faults(path, crates, packages):
    policy = tomllib.loads(path.read_text(encoding="utf-8"))
    allowed = set(policy["licenses"]["allow"])
    for exception in policy["licenses"].get("exceptions", []):
        allowed |= {(exception["crate"], licence) for licence in exception["allow"]}
    banned = {entry["crate"] for entry in policy["bans"].get("deny", [])}
    found = [f"{crate.name}: the licence {crate.licence or 'of no name'} is not allowed by deny.toml"
             for crate in crates if not _satisfied(crate, allowed)]
    found += [f"{crate.name} is banned by deny.toml" for crate in crates if crate.name in banned]
    return found + _foreign(policy, packages)


def _foreign(policy, packages):
    """Of all packages: those from elsewhere than the registry of the others, and those of this tree that take any version."""
    registries = collections.Counter(source for _, source, _ in packages if source and source.startswith("registry+"))
    allowed = {*(registry for registry, _ in registries.most_common(1)), *policy["sources"].get("allow-registry", []), *policy["sources"].get("allow-git", [])}
    found = [f"{name} is from {source}, which deny.toml does not allow" for name, source, _ in packages if source and source not in allowed]
    return found + [f"{name} takes any version of {needed}" for name, source, needs in packages if source is None
                    for needed, version in needs.items() if version == "*" and needed not in {of for of, path, _ in packages if path is None}]


def _satisfied(crate, allowed):
    words = re.findall(r"\(|\)|[^\s()]+(?: WITH \S+)?", crate.licence.replace("/", " OR "))
    return bool(words) and _any(words, lambda word: word in allowed or (crate.name, word) in allowed)


# The grammar of licence expressions (SPDX). Both functions consume the words that they read.
def _any(words, is_allowed):
    found = _all(words, is_allowed)
    while words and words[0] == "OR":
        del words[0]
        found = _all(words, is_allowed) or found
    return found


def _all(words, is_allowed):
    found = True
    while True:
        word = words.pop(0)
        if word == "(":
            found = _any(words, is_allowed) and found
            del words[0]
        else:
            found = is_allowed(word) and found
        if not words or words[0] != "AND":
            return found
        del words[0]
