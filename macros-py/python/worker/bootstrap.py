"""Our own Python in a worker: finds modules, records what is looked at, waits for coroutines, puts errors into words.

Runs before the first script, and before anything is guarded. Works from Python 3.9 on and imports next to nothing:
every millisecond here is one of each worker's start.
"""

import _bds
import io
import os
import sys

import _bds_files
import _bds_finders
import _bds_packages
import _bds_volatile
from _bds_state import keep
from _bds_watching import replace


def find_modules(library, scripts, linked):
    """Sets where modules are looked for, but for packages."""
    _bds_finders.install(library)
    sys.path[:] = [*library, scripts, *linked]


def find_packages(folders, installed, fingerprint):
    """Sets where packages are looked for. `installed`: name, version and place of the description of each."""
    sys.meta_path.append(_bds_packages.PackageFinder(folders, installed, fingerprint))
    sys.path += folders


def watch(stop_signal, dump, dump_signal):
    """Prepares the interpreter. Without signals (`None`) it shares its process with the host."""
    _bds_volatile.install()
    _bds_files.install()
    _hold_recursion()
    if stop_signal is not None:
        _obey_signals(stop_signal, dump, dump_signal)


def _obey_signals(stop_signal, dump, dump_signal):
    # Not `signal`, which makes an enumeration of every number first.
    import _signal
    import faulthandler

    def stop(_number, _frame):
        _bds.stops()
        raise _bds.BdsStopped("the call is over")

    _signal.signal(stop_signal, stop)
    faulthandler.enable(file=dump, all_threads=True)
    faulthandler.register(dump_signal, file=dump, all_threads=True)
    _keep_signals(_signal, {stop_signal, dump_signal})

    _keep_dumps(faulthandler)
    leave = os._exit

    def told(status):
        faulthandler.dump_traceback(dump, all_threads=False)
        leave(status)

    replace(os, "_exit", told)


def _keep_dumps(faulthandler):
    def refuse(*_arguments, **_named):
        raise _bds.BdsDenied("changing how a crash is told is not allowed: the build finds its place in this way")

    for name in ("enable", "disable", "register", "unregister", "cancel_dump_traceback_later"):
        if hasattr(faulthandler, name):
            replace(faulthandler, name, refuse)


def _keep_signals(_signal, ours):
    handle, block = _signal.signal, _signal.pthread_sigmask

    # What a script changes here would hold for all that run after it.
    def refuse(*_arguments):
        raise _bds.BdsDenied("setting an alarm is not allowed: the build stops scripts with its signal")

    def handled(number, handler, /):
        if number in ours:
            raise _bds.BdsDenied(f"handling signal {int(number)} is not allowed: the build stops scripts with it")
        keep(("signal", int(number)), lambda: _signal.getsignal(number), lambda before: handle(number, before))
        return handle(number, handler)

    def blocked(how, mask, /):
        mask = set(mask)
        if how != _signal.SIG_UNBLOCK and mask & ours:
            raise _bds.BdsDenied("blocking this signal is not allowed: the build stops scripts with it")
        keep("mask", lambda: block(_signal.SIG_BLOCK, ()), lambda before: block(_signal.SIG_SETMASK, before))
        return block(how, mask)

    replace(_signal, "alarm", refuse)
    replace(_signal, "setitimer", refuse)
    replace(_signal, "signal", handled)
    replace(_signal, "pthread_sigmask", blocked)


def _hold_recursion():
    original = sys.setrecursionlimit

    def held(limit, /):
        # What a package asks for is often more than it needs: no error, but no more than is allowed either.
        original(min(limit, _bds.allowed_depth()) if isinstance(limit, int) else limit)

    replace(sys, "setrecursionlimit", held)


class Output(io.TextIOBase):
    """Tells the host what is written to it."""

    encoding = "utf-8"
    errors = "strict"

    write = staticmethod(_bds.write)

    def writable(self):
        return True


#: What scripts print to.
OUTPUT = Output()
