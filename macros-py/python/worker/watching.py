"""Puts functions in the place of others, and tells who calls."""

import sys


class Function:
    """A function that stays one as an attribute of a class, as those written in C do."""

    def __init__(self, function):
        self._function = function

    def __call__(self, *arguments, **named):
        return self._function(*arguments, **named)


def replace(owner, name, function):
    """Puts a function in the place of another, as unnoticed as possible. Gives what stands there now."""
    original = getattr(owner, name)
    new = function if isinstance(owner, type) else Function(function)
    for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
        try:
            setattr(new, attribute, getattr(original, attribute))
        except AttributeError:
            pass
    new.__wrapped__ = original
    setattr(owner, name, new)
    return new


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
