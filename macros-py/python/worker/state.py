"""Undoes what a call has done to Python itself: no call may see that another one ran before it, or within it.

What names lead to is looked over by the Rust side (`held.rs`). Here stand what has no name that could be looked at, and
the modules themselves.
"""

import _bds
import _warnings
import gc
import os
import sys
import time

from _bds_finders import OWN
from _bds_watching import replace, user

_Module = type(sys)
_modules = sys.modules
_ABSENT = object()

#: What is looked at after each call: how to get it, how to put it, and what it was at the start.
_checked: list = []
#: What was changed and is not looked at otherwise, by call, outermost first: how to get and to put it, what it was.
_kept: list = [{}]
#: What calls had changed that wait for one within them: how to put it, and what it was.
_waiting: list = []
#: Modules of Python and of packages: they stay.
_lasting: dict = {}
#: The folders that these lie in, and those of packages among them.
_folders: tuple = ()
_packages: tuple = ()
#: The names of the modules that are looked over.
_held: set = set()


def install(library, packages):
    """Takes everything for unchanged that is there now."""
    global _folders, _packages
    _packages = tuple(folder + os.sep for folder in packages)
    _folders = (*(folder + os.sep for folder in library), *_packages)
    _watch_settings()
    # Which modules there are is seen to here.
    _bds.pass_over(_modules)
    _bds.hold(os.environ._data, _put_environment)
    _bds.hold(sys.meta_path, _put_finders)
    _bds.hold(_warnings.filters, _put_filters)
    hold()
    for name in _modules:
        if name == "_bds" or name.startswith("_bds_"):
            _bds.hold_module(_modules[name])
    _lasting.update(_modules)
    check(gc.isenabled, lambda on: gc.enable() if on else gc.disable())
    check(sys.gettrace, sys.settrace)
    check(sys.getprofile, sys.setprofile)
    if hasattr(sys, "get_int_max_str_digits"):
        check(sys.get_int_max_str_digits, sys.set_int_max_str_digits)
    gc.freeze()


def check(get, put):
    """Has something without a name looked at after each call, and put back to what it is now."""
    _checked.append((get, put, get()))


def begin():
    """Has a call that begins within another one find everything as the other one found it."""
    waiting = []
    for get, put, value in _kept[-1].values():
        waiting.append((put, get()))
        put(value)
    for get, put, value in _checked:
        now = get()
        if now != value:
            waiting.append((put, now))
            put(value)
    waiting.append((_modules.update, _take_out()))
    _waiting.append(waiting)
    _kept.append({})


def let_go():
    """Lets go of the modules that belong to the running call alone."""
    if _bds.are_modules_changed():
        _take_out()


def end():
    """Puts everything back to where it was when the call began."""
    kept = _kept.pop()
    for _, put, value in kept.values():
        put(value)
    for get, put, value in _checked:
        if get() != value:
            put(value)
    if _bds.are_modules_changed():
        _take_out()
        if not _kept:
            _bds.settle_modules()
    if not _kept:
        _kept.append({})
    elif _waiting:
        for put, value in _waiting.pop():
            put(value)


def keep(name, get, put):
    """Must be called before something is changed that the call after this one must find as it is now."""
    kept = _kept[-1]
    if name not in kept:
        kept[name] = get, put, get()


def _take_out():
    """Takes out the modules that belong to the running call alone, and gives them."""
    taken = {name: _modules.pop(name) for name in {*OWN} if name in _modules and name not in _lasting}
    OWN.clear()
    if _modules == _lasting:
        return taken
    for name in [name for name, module in _modules.items() if _lasting.get(name, _ABSENT) is not module]:
        if name not in _lasting and _lasts(name, _modules[name]):
            _lasting[name] = _modules[name]
        else:
            taken[name] = _modules.pop(name)
    if len(_modules) < len(_lasting):
        _modules.update(_lasting)
    else:
        for name in taken.keys() & _lasting.keys():
            _modules[name] = _lasting[name]
    return taken


def _lasts(name, module):
    """Whether a module is one of Python's own or of a package."""
    spec = getattr(module, "__spec__", None)
    if getattr(spec, "name", None) != name and name.rpartition(".")[0] not in _modules:
        # Packages may have second names for modules within them; others only scripts make.
        return False
    origin = getattr(spec, "origin", None)
    if origin is None:
        return getattr(spec, "loader", None) is not None
    return origin in ("built-in", "frozen") or origin.startswith(("<bds>", *_folders))


def hold():
    """Has the modules looked over that were imported since the last time. Says whether some are not whole yet."""
    are_loading = False
    for name in _modules.keys() - _held:
        module = _modules[name]
        if not isinstance(module, _Module) or not _lasts(name, module):
            continue
        if getattr(module.__spec__, "_initializing", False):
            are_loading = True
        else:
            _held.add(name)
            _bds.hold_module(module)
    return are_loading


def is_by_script():
    """Whether a script itself calls what runs, and neither a library nor an import."""
    frame = user()
    file = frame.f_code.co_filename if frame is not None else ""
    return not os.path.isabs(file) and (file.startswith("<default>/") or not file.startswith("<"))


def watch_setting(owner, setter, get, put=None):
    """Has what a script sets end with its call."""
    original = getattr(owner, setter, None)
    if original is None:
        return

    def set_for_now(*arguments, **named):
        if is_by_script():
            keep((owner.__name__, setter), get, put or original)
        return original(*arguments, **named)

    replace(owner, setter, set_for_now)


def watch_spending(owner, name):
    """Has a worker end with the call in which a script does something that cannot be undone."""
    original = getattr(owner, name, None)
    if original is None:
        return

    def spend(*arguments, **named):
        if is_by_script():
            _bds.spend()
        return original(*arguments, **named)

    replace(owner, name, spend)


def _refuse_hook(_hook):
    raise _bds.BdsDenied("adding an audit hook is not allowed: it would hear of every later call")


def _watch_settings():
    import _codecs
    import _thread
    import atexit
    import codecs

    def spread(put):
        return lambda values: put(*values)

    watch_setting(gc, "set_threshold", gc.get_threshold, spread(gc.set_threshold))
    watch_setting(gc, "set_debug", gc.get_debug)
    watch_setting(sys, "setswitchinterval", sys.getswitchinterval)
    watch_setting(sys, "setdlopenflags", getattr(sys, "getdlopenflags", None))
    watch_setting(sys, "set_asyncgen_hooks", sys.get_asyncgen_hooks, spread(sys.set_asyncgen_hooks))
    watch_setting(
        sys, "set_coroutine_origin_tracking_depth", sys.get_coroutine_origin_tracking_depth
    )
    watch_setting(_thread, "stack_size", _thread.stack_size)
    mask = os.umask

    def masked():
        before = mask(0o077)
        mask(before)
        return before

    watch_setting(os, "umask", masked)
    # Python itself would leave out the hook without a word.
    replace(sys, "addaudithook", _refuse_hook)
    for name in ("freeze", "unfreeze"):
        watch_spending(gc, name)
    for module in (codecs, _codecs):
        for name in ("register", "register_error"):
            watch_spending(module, name)
    register, unregister = atexit.register, atexit.unregister

    def registered(function, /, *arguments, **named):
        # Nothing runs at the end of a worker, which is ended from outside.
        if is_by_script():
            keep(("atexit", id(function)), lambda: function, unregister)
        return register(function, *arguments, **named)

    replace(atexit, "register", registered)


def _put_filters(wanted):
    _warnings.filters[:] = wanted
    # What was decided by the other filters is forgotten.
    getattr(_warnings, "_filters_mutated", getattr(_warnings, "_filters_mutated_lock_held", int))()


_put_variable, _drop_variable = os.putenv, os.unsetenv
_take_zone = getattr(time, "tzset", None)


def _put_environment(wanted):
    now = os.environ._data
    for name in now.keys() - wanted.keys():
        _drop_variable(name)
    for name, value in wanted.items():
        if now.get(name) != value:
            _put_variable(name, value)
    for name in now.keys() - wanted.keys():
        del now[name]
    now.update(wanted)
    if _take_zone:
        # The C library keeps the time zone that it was told last.
        _take_zone()


def _put_finders(wanted):
    """Some packages bring finders of their own: these stay, as the packages do."""
    sys.meta_path[:] = [*wanted, *[it for it in sys.meta_path if it not in wanted and _is_of_a_package(it)]]


def _is_of_a_package(finder):
    home = _lasting.get(getattr(finder, "__module__", None))
    return bool(_packages) and (getattr(home, "__file__", None) or "").startswith(_packages)
