"""Notices files that are looked at without being opened: Python's audit events do not tell."""

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
        _watch_stat(name)
    for name in ("access", "readlink"):
        _watch_question(name)
    for name in ("getmtime", "getatime", "getctime"):
        watch(os.path, name, clock)


def _watch_stat(name):
    original = getattr(os, name)

    def watched(path, *arguments, **named):
        if named.get("dir_fd") is None:
            _bds.inquire(path, _wants_content())
        return original(path, *arguments, **named)

    _keep_support(original, replace(os, name, watched))


def _watch_question(name):
    original = getattr(os, name)

    def watched(path, *arguments, **named):
        if named.get("dir_fd") is None:
            _bds.inquire(path, False)
        return original(path, *arguments, **named)

    _keep_support(original, replace(os, name, watched))


def _keep_support(original, watched):
    """Says of the new function what `os` says of the old one."""
    for name in ("supports_dir_fd", "supports_fd", "supports_follow_symlinks", "supports_effective_ids"):
        functions = getattr(os, name, ())
        if original in functions:
            functions.add(watched)
