"""Archives whose bytes depend on the files alone: in order, without owners, dates and permissions of this machine."""

import hashlib
import lzma
import tarfile
import zipfile

# The first moment that both kinds of archives can tell.
DATE = (1980, 1, 1, 0, 0, 0)
SECONDS = 315532800


def write(folder, path):
    """All of a folder, under its name."""
    path.unlink(missing_ok=True)
    files = sorted(folder.rglob("*"))
    if path.suffix == ".zip":
        _zip(folder, files, path)
    else:
        _tar(folder, files, path)
    return path


def _tar(folder, files, path):
    with lzma.open(path, "wb", preset=6) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in files:
            entry = archive.gettarinfo(file, arcname=str(file.relative_to(folder.parent)))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime, entry.mode = SECONDS, _mode(file)
            if entry.isfile():
                with file.open("rb") as content:
                    archive.addfile(entry, content)
            else:
                archive.addfile(entry)


def _zip(folder, files, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in files:
            if file.is_file():
                entry = zipfile.ZipInfo(str(file.relative_to(folder.parent)), DATE)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _mode(file) << 16
                archive.writestr(entry, file.read_bytes())


def member(path, name, folder="/"):
    """The bytes of a file in an archive: the file itself, not a link to it. `name` is the beginning of its name, after `folder`."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as opened:
            return opened.read(next(entry for entry in opened.namelist() if f"{folder}{name}" in entry))
    with tarfile.open(path) as opened:
        return opened.extractfile(next(entry for entry in opened if entry.isfile() and f"{folder}{name}" in entry.name)).read()


def _mode(file):
    return 0o755 if file.is_dir() or file.stat().st_mode & 0o100 else 0o644


def sums(folder):
    """SHA256SUMS of what is in the folder, as sha256sum checks it."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name != "SHA256SUMS"]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
