"""Notices files that are looked at without being opened: Python's audit events do not tell.

Whoever asks for more than whether a file is there, its size or its times, counts as reading its content: the size is a
property of that, and the times change when it does. Times alone depend on more than the content; `os.path.getmtime` and
its like therefore count as looking at the clock, too.
"""

import _bds
import os

from _bds_volatile import clock
from _bds_watching import module_of, replace, user, watch

_EXISTENCE = frozenset(
    "exists isdir isfile is_dir is_file islink is_symlink ismount is_mount lexists _joinrealpath realpath resolve "
    "samefile is_junction isjunction".split()
)
_PATH_MODULES = frozenset("genericpath posixpath ntpath pathlib pathlib._local pathlib._abc glob os shutil".split())


def _wants_content():
    """Whether more than its existence is asked of a file: its size, say, which is a property of its content."""
    frame = user()
    for _ in range(3):
        if frame is None or module_of(frame) not in _PATH_MODULES:
            return True
        if frame.f_code.co_name in _EXISTENCE:
            return False
        frame = frame.f_back
    return True


def install():
    """Has every question about a file come by here."""
    for name in ("stat", "lstat"):
        _watch(name, lambda path: _bds.inquire(path, _wants_content()))
    for name in ("access", "readlink"):
        _watch(name, lambda path: _bds.inquire(path, False))
    for name in ("open", "mkdir", "mkfifo", "mknod", "chmod", "chown", "rmdir", "unlink", "remove", "utime"):
        _watch(name, None)
    for name in ("link", "rename", "replace"):
        _watch_pair(name)
    _watch_symlink()
    _watch_scandir()
    for name in ("getmtime", "getatime", "getctime"):
        watch(os.path, name, clock)


def _whole(path, folder):
    """The path of what lies in a folder that is known by its descriptor: Python's audit events do not tell which."""
    if folder is None or isinstance(path, int):
        return path
    try:
        place = os.readlink.__wrapped__(f"/proc/self/fd/{folder}")
    except OSError:
        import fcntl

        place = os.fsdecode(fcntl.fcntl(folder, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    return os.path.join(place, os.fsdecode(path))


def _watch(name, note):
    original = getattr(os, name, None)
    if original is None:
        return

    def watched(path, *arguments, dir_fd=None, **named):
        path = _whole(path, dir_fd)
        if note is not None:
            note(path)
        return original(path, *arguments, **named)

    _keep_support(original, replace(os, name, watched))


def _watch_pair(name):
    original = getattr(os, name)

    def watched(src, dst, *arguments, src_dir_fd=None, dst_dir_fd=None, **named):
        return original(_whole(src, src_dir_fd), _whole(dst, dst_dir_fd), *arguments, **named)

    _keep_support(original, replace(os, name, watched))


def _watch_symlink():
    original = os.symlink

    def watched(src, dst, target_is_directory=False, *, dir_fd=None):
        return original(src, _whole(dst, dir_fd), target_is_directory)

    _keep_support(original, replace(os, "symlink", watched))


def _watch_scandir():
    original = os.scandir

    def watched(path=None):
        folder = path if isinstance(path, int) else None
        return Scan(original(path), folder)

    _keep_support(original, replace(os, "scandir", watched))


class Scan:
    """What `os.scandir` gives."""

    def __init__(self, entries, folder):
        self._entries = entries
        self._folder = folder

    def __iter__(self):
        return self

    def __next__(self):
        return Entry(next(self._entries), self._folder)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def close(self):
        self._entries.close()


class Entry:
    """One name in a folder; says when more than its kind is asked for."""

    __slots__ = ("_entry", "_folder", "name", "path")

    def __init__(self, entry, folder):
        self._entry = entry
        self._folder = folder
        self.name = entry.name
        self.path = entry.path

    def stat(self, *, follow_symlinks=True):
        _bds.inquire(_whole(self.path, self._folder), True)
        return self._entry.stat(follow_symlinks=follow_symlinks)

    def __getattr__(self, name):
        return getattr(self._entry, name)

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return repr(self._entry)


def _keep_support(original, watched):
    """Says of the new function what `os` says of the old one."""
    for name in ("supports_dir_fd", "supports_fd", "supports_follow_symlinks", "supports_effective_ids"):
        functions = getattr(os, name, ())
        if original in functions:
            functions.add(watched)
