#!/usr/bin/env python3
"""Builds the Unity package: bindings/unity, the C# source that it shares with .NET, and native libraries.

usage: unity_package.py --output FOLDER [--plugin PLATFORM=LIBRARY]... [--git REPOSITORY]
platforms: linux, windows, macos, android-arm64, android-armv7, android-x64, and ios, tvos, visionos (static libraries)

Writes the folder, and the archive that the package manager takes; with --git also a commit and a tag of the version in a
repository of its own, which is made if there is none: pushed to where games find it, they install from its address. Unity requires a .meta file for every file, with an id that
never changes: it is derived from the path, except for what scenes refer to, whose ids tools/unity_ids.txt keeps: a file that is
renamed has its new path there, and the id that it had.
"""

import argparse
import gzip
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PACKAGE = "ai.palabra.unity"
# Folder and name in the package, and Unity's names of the platform and its processor.
PLUGINS = {
    "linux": ("Plugins/Linux/x86_64/libpalabra.so", "Standalone: Linux64", "x86_64", "Linux"),
    "windows": ("Plugins/Windows/x86_64/palabra.dll", "Standalone: Win64", "x86_64", "Windows"),
    "macos": ("Plugins/macOS/libpalabra.dylib", "Standalone: OSXUniversal", "AnyCPU", "OSX"),
    "android-arm64": ("Plugins/Android/arm64-v8a/libpalabra.so", "Android: Android", "ARM64", None),
    "android-armv7": ("Plugins/Android/armeabi-v7a/libpalabra.so", "Android: Android", "ARMv7", None),
    "android-x64": ("Plugins/Android/x86_64/libpalabra.so", "Android: Android", "X86_64", None),
    "ios": ("Plugins/iOS/libpalabra.a", "iPhone: iOS", "AnyCPU", None),
    "tvos": ("Plugins/tvOS/libpalabra.a", "tvOS: tvOS", "AnyCPU", None),
    "visionos": ("Plugins/visionOS/libpalabra.a", "VisionOS: VisionOS", "AnyCPU", None),
}


def arguments():
    parser = argparse.ArgumentParser(description="Puts the Unity package together.")
    parser.add_argument("--output", required=True, type=pathlib.Path, help="folder that will hold the package's folder")
    parser.add_argument("--plugin", action="append", default=[], help="PLATFORM=LIBRARY")
    parser.add_argument("--git", type=pathlib.Path, metavar="REPOSITORY", help="folder of a git repository that holds the package and nothing else")
    return parser.parse_args()


def plugins(given):
    """Maps paths in the package to libraries; fails before anything is written."""
    found = {}
    for plugin in given:
        platform, _, library = plugin.partition("=")
        if platform not in PLUGINS:
            sys.exit(f"unity_package: no such platform: {platform} (there are: {', '.join(PLUGINS)})")
        if not pathlib.Path(library).is_file():
            sys.exit(f"unity_package: there is no library {library}")
        found[platform] = pathlib.Path(library)
    return found


def assemble(package, natives):
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(ROOT / "bindings/unity", package)
    shutil.copytree(ROOT / "bindings/csharp/src", package / "Core", dirs_exist_ok=True)
    for name in ("LICENSE-MIT", "LICENSE-APACHE"):
        shutil.copy(ROOT / name, package / f"{name}.md")
    (package / "LICENSE.md").write_text("MIT OR Apache-2.0, at your choice: LICENSE-MIT.md, LICENSE-APACHE.md.\n", encoding="utf-8")
    shutil.copy(ROOT / "CHANGELOG.md", package)
    shutil.copy(ROOT / "NOTICE", package / "Third Party Notices.md")
    for platform, library in natives.items():
        target = package / PLUGINS[platform][0]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)


def write_metas(package):
    for path in sorted(package.rglob("*")):
        relative = path.relative_to(package)
        # Unity ignores folders with this suffix, but copies what is in a sample's, with its ids.
        is_of_sample = relative.parts[0] == "Samples~" and len(relative.parts) > 2
        if is_of_sample or not any(part.endswith("~") for part in relative.parts):
            path.with_name(path.name + ".meta").write_text(meta(path, relative.as_posix()), encoding="utf-8")


def derived(relative):
    return hashlib.md5(f"{PACKAGE}/{relative}".encode()).hexdigest()


def kept():
    """Maps paths in the package to their ids."""
    lines = (ROOT / "tools/unity_ids.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1)[::-1] for line in lines if not line.startswith("#"))


KEPT = kept()


def meta(path, relative):
    guid = KEPT.get(relative) or derived(relative)
    head = f"fileFormatVersion: 2\nguid: {guid}\n"
    if path.is_dir():
        return head + "folderAsset: yes\nDefaultImporter:\n  externalObjects: {}\n"
    for target, platform, cpu, editor in PLUGINS.values():
        if relative == target:
            return head + plugin_importer(platform, cpu, editor)
    importers = {".cs": "MonoImporter", ".asmdef": "AssemblyDefinitionImporter", ".md": "TextScriptImporter"}
    importer = "PackageManifestImporter" if relative == "package.json" else importers.get(path.suffix, "DefaultImporter")
    return head + f"{importer}:\n  externalObjects: {{}}\n"


def plugin_importer(platform, cpu, editor):
    lines = ["PluginImporter:", "  serializedVersion: 2", "  isPreloaded: 0", "  platformData:"]
    lines += platform_data("Any: ", 0, [])
    lines += platform_data("Editor: Editor", int(editor is not None), [f"CPU: {cpu}", f"OS: {editor}"] if editor else [])
    lines += platform_data(platform, 1, [f"CPU: {cpu}"])
    return "\n".join(lines) + "\n"


def platform_data(platform, enabled, settings):
    lines = ["  - first:", f"      {platform}", "    second:", f"      enabled: {enabled}"]
    return lines + (["      settings:"] + [f"        {setting}" for setting in settings] if settings else ["      settings: {}"])


def write_archive(package):
    """The same bytes for the same files."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    for old in package.parent.glob(f"{PACKAGE}-*.tgz"):
        old.unlink()
    archive = package.parent / f"{PACKAGE}-{version}.tgz"
    with open(archive, "wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(package.rglob("*")):
            tar.add(path, f"package/{path.relative_to(package).as_posix()}", recursive=False, filter=plain)
    return archive


def commit(package, repository):
    """The package as the only content of a repository. A version that is there already is left as it is."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    git = ("git", "-C", str(repository))
    if not (repository / ".git").is_dir():
        repository.mkdir(parents=True, exist_ok=True)
        if any(repository.iterdir()):
            sys.exit(f"unity_package: {repository} holds something, and is no git repository")
        subprocess.run([*git, "init", "--quiet", "--initial-branch", "main"], check=True)
    if subprocess.run([*git, "rev-parse", "--quiet", "--verify", f"refs/tags/v{version}"], stdout=subprocess.DEVNULL).returncode == 0:
        sys.exit(f"unity_package: {repository} has a version {version} already")
    for old in repository.iterdir():
        if old.name != ".git":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(package, repository, dirs_exist_ok=True)
    # What the user's own settings leave out, such as libraries, belongs to it.
    subprocess.run([*git, "add", "--all", "--force"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", f"{PACKAGE} {version}"], check=True)
    subprocess.run([*git, "tag", f"v{version}"], check=True)


def plain(entry):
    entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = 0, 0, 0, "", ""
    entry.mode = 0o755 if entry.isdir() else 0o644
    return entry


def main():
    args = arguments()
    natives = plugins(args.plugin)
    package = args.output / PACKAGE
    assemble(package, natives)
    write_metas(package)
    write_archive(package)
    if args.git:
        commit(package, args.git)
    print(f"unity_package: {package} ({', '.join(natives) or 'no native library'})")


if __name__ == "__main__":
    main()
