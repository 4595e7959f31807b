"""Undoes what a call has done to Python itself: no call may see that another one ran before it, or within it.

What lies deeper than names in modules stays: attributes of classes and objects of the standard library and of packages.
"""

import _warnings
import builtins
import gc
import os
import sys

from _bds_finders import OWN


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
#: The names of the modules whose attributes are watched.
_held: set = set()


def install(library, packages):
    """Takes everything for unchanged that is there now."""
    global _folders, _packages
    _packages = tuple(folder + os.sep for folder in packages)
    _folders = (*(folder + os.sep for folder in library), *_packages)
    hold()
    _lasting.update(_modules)
    for container in (builtins.__dict__, sys.path, sys.path_hooks, _warnings.filters):
        _check(lambda it=container: it, lambda wanted, it=container: _fill(it, wanted))
    _check(lambda: os.environ._data, _put_environment)
    _check(gc.isenabled, lambda on: gc.enable() if on else gc.disable())
    _check(sys.gettrace, sys.settrace)
    _check(sys.getprofile, sys.setprofile)
    if hasattr(sys, "get_int_max_str_digits"):
        _check(sys.get_int_max_str_digits, sys.set_int_max_str_digits)
    _check(lambda: sys.meta_path, _put_finders)


def _check(get, put):
    _checked.append((get, put, _copy(get())))


def _copy(value):
    return value.copy() if isinstance(value, (dict, list)) else value


def begin():
    """Has a call that begins within another one find everything as the other one found it."""
    waiting = []
    for get, put, value in _kept[-1].values():
        waiting.append((put, get()))
        put(value)
    for get, put, value in _checked:
        now = get()
        if now != value:
            waiting.append((put, _copy(now)))
            put(value)
    waiting.append((_modules.update, _take_out()))
    _waiting.append(waiting)
    _kept.append({})


def end():
    """Puts everything back to where it was when the call began."""
    kept = _kept.pop()
    for _, put, value in kept.values():
        put(value)
    for get, put, value in _checked:
        if get() != value:
            put(value)
    _take_out()
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
    """Watches the attributes of modules that were imported since the last time."""
    for name in _modules.keys() - _held:
        module = _modules[name]
        if type(module) is _Module and _lasts(name, module):
            _held.add(name)
            module.__class__ = _Held


class _Held(_Module):
    """A module that says when a script changes it."""

    def __setattr__(self, name, value):
        _keep_attribute(self, name)
        _Module.__setattr__(self, name, value)

    def __delattr__(self, name):
        _keep_attribute(self, name)
        _Module.__delattr__(self, name)


_Held.__name__ = _Held.__qualname__ = _Module.__name__
_Held.__module__ = "builtins"


def _keep_attribute(module, name):
    if not _is_by_script():
        return
    names = module.__dict__

    def put(value):
        if value is _ABSENT:
            names.pop(name, None)
        else:
            names[name] = value

    keep((id(names), name), lambda: names.get(name, _ABSENT), put)


def _is_by_script():
    """Whether a script changes something, itself or through a library, and not the import of one."""
    frame = sys._getframe(3)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(("<bds>", "<frozen importlib")):
            return False
        if not file.startswith("<frozen") and not os.path.isabs(file):
            return True
        frame = frame.f_back
    return False


def _fill(container, wanted):
    if isinstance(container, dict):
        for name in container.keys() - wanted.keys():
            del container[name]
        container.update(wanted)
        return
    container[:] = wanted
    if container is _warnings.filters:
        # What was decided by the other filters is forgotten.
        getattr(_warnings, "_filters_mutated", getattr(_warnings, "_filters_mutated_lock_held", int))()


_put_variable, _drop_variable = os.putenv, os.unsetenv


def _put_environment(wanted):
    now = os.environ._data
    for name in now.keys() - wanted.keys():
        _drop_variable(name)
    for name, value in wanted.items():
        if now.get(name) != value:
            _put_variable(name, value)
    _fill(now, wanted)


def _put_finders(wanted):
    """Some packages bring finders of their own: these stay, as the packages do."""
    sys.meta_path[:] = [*wanted, *[it for it in sys.meta_path if it not in wanted and _is_of_a_package(it)]]


def _is_of_a_package(finder):
    home = _lasting.get(getattr(finder, "__module__", None))
    return bool(_packages) and (getattr(home, "__file__", None) or "").startswith(_packages)
