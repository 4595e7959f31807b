"""Puts functions in the place of others, and tells who calls."""

import sys


def replace(owner, name, function):
    """Puts a function in the place of another, as unnoticed as possible."""
    original = getattr(owner, name)
    for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
        try:
            setattr(function, attribute, getattr(original, attribute))
        except AttributeError:
            pass
    function.__wrapped__ = original
    setattr(owner, name, function)


def user():
    """The first frame that is none of ours."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith("<bds>"):
        frame = frame.f_back
    return frame


def module_of(frame):
    return str(frame.f_globals.get("__name__", "")) if frame is not None else ""


def watch(owner, name, note):
    original = getattr(owner, name, None)
    if original is None:
        return

    def watched(*arguments, **named):
        note()
        return original(*arguments, **named)

    replace(owner, name, watched)
