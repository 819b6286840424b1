"""The rules of the source tree: no cycle, no upward dependency, mod.rs only declares, one subject per file."""

import pathlib
import re

from graph import circles

INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)


def file_circles(crate):
    """A line for each file that is part of a cycle."""
    edges = crate.edges
    for group in circles(edges):
        for file in group:
            others = sorted(set(edges[file]) & set(group))
            yield f"{file} stands in a circle", f"it needs {', '.join(f'{other} ({edges[file][other]})' for other in others)}"


def room_of(file, folder):
    """The room in this folder that a file belongs to: its folder, or its own name; None for files elsewhere."""
    if not file.startswith(f"{folder}/"):
        return None
    return file[len(folder) + 1:].partition("/")[0].removesuffix(".rs")


def between_rooms(edges, folder):
    """(room, needed room, file, needed file, path) for each dependency between two rooms of a folder."""
    for file, needs in sorted(edges.items()):
        room = room_of(file, folder)
        for needed, path in sorted(needs.items()):
            other = room_of(needed, folder)
            if room and other and room != other:
                yield room, other, file, needed, path


def folders(files):
    return sorted({str(parent) for file in files for parent in pathlib.PurePosixPath(file).parents if parent.name})


def folder_circles(crate, root):
    """A cycle of folders has no order in which all dependencies point down."""
    edges = crate.edges
    for folder in folders(crate.files):
        if not pathlib.PurePosixPath(folder).is_relative_to(root):
            continue
        rooms = {}
        for room, other, *_ in between_rooms(edges, folder):
            rooms.setdefault(room, set()).add(other)
        with_folder = {room_of(file, folder) for file in crate.files
                       if "/" in file.removeprefix(f"{folder}/") and file.startswith(f"{folder}/")}
        for group in circles(rooms):
            for room in sorted(set(group) & with_folder):
                yield f"{folder}/{room} stands in a circle of rooms", f"with {', '.join(sorted(set(group) - {room}))}"


def arrows_up(crate, order):
    for folder, levels in order.items():
        rank = {room: level for level, rooms in enumerate(levels) for room in rooms}
        for room, other, file, needed, path in between_rooms(crate.edges, folder):
            missing = [name for name in (room, other) if name not in rank and name not in ("lib", "mod", "main")]
            if missing:
                yield f"{folder}/{missing[0]} is in no table", f"needed for {file}"
            elif room in rank and other in rank and rank[other] <= rank[room]:
                yield f"{file} needs {needed}", f"({path}), which is not below it"


def more_than_declarations(crate):
    for file in sorted(crate.files):
        name = pathlib.PurePosixPath(file).name
        if name in ("mod.rs", "lib.rs") and (more := crate.what_is_more(file)):
            yield f"{file} does more than declare", f"from `{more.splitlines()[0][:60]}` on"


def long_files(texts, longest, reasons):
    for file, text in sorted(texts.items()):
        lines = text.count("\n")
        if lines > longest and file not in reasons:
            yield f"{file} is longer than {longest} lines", f"it has {lines}"
        elif lines <= longest and file in reasons:
            yield f"{file} needs no reason to be long", f"it has {lines} lines"


def include_circles(texts, roots):
    """`texts` are headers; an #include is looked up next to the file, then below each root."""
    edges = {}
    for file, text in texts.items():
        beside = pathlib.PurePosixPath(file).parent
        wanted = [[str(beside / name), *(f"{root}/{name}" for root in roots)] for name in INCLUDE.findall(text)]
        edges[file] = {next((path for path in paths if path in texts), None) for paths in wanted} - {None}
    for group in circles(edges):
        for file in group:
            yield f"{file} stands in a circle of #include", f"with {', '.join(other for other in group if other != file)}"


def source_circles(texts):
    """`texts` are sources and headers of C; a source and the header of its name, beside it, are one file."""
    whole = lambda path: str(pathlib.PurePosixPath(path).with_suffix(""))  # noqa: E731
    files, edges = {whole(path) for path in texts}, {}
    for path, text in texts.items():
        beside = pathlib.PurePosixPath(path).parent
        wanted = {whole(beside / name) for name in INCLUDE.findall(text)}
        edges.setdefault(whole(path), set()).update(wanted & files - {whole(path)})
    for group in circles(edges):
        for file in group:
            yield f"{file} stands in a circle", f"with {', '.join(other for other in group if other != file)}"
