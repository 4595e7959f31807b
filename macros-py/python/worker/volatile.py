"""Notices what a result cannot be remembered with: the clock, randomness, the environment."""

import _bds
import os
import sys

from _bds_coroutines import patch_asyncio
from _bds_finders import patch_importlib
from _bds_state import check, keep, watch_setting
from _bds_watching import module_of, replace, user, watch

#: Parts of the standard library that use the clock for themselves, without it showing in a result.
_TIMERS = frozenset(
    "asyncio concurrent importlib linecache logging multiprocessing queue random sched selectors socket subprocess "
    "tempfile threading".split()
)


def install():
    """Watches what is there already; the rest is watched when it is imported, by `patch`."""
    _watch_clock()
    _watch_randomness()
    _watch_environment()
    for name in ("cpu_count", "getloadavg", "getlogin", "getpid", "getppid", "process_cpu_count", "uname"):
        watch(os, name, _note_machine)


def clock():
    """Notes that a script looks at the clock."""
    if module_of(user()).partition(".")[0] not in _TIMERS:
        _bds.volatile("clock")


def _watch_clock():
    import time

    for kind in ("time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime"):
        watch(time, kind, clock)
        watch(time, f"{kind}_ns", clock)
    # These take the time as their last argument, and the present one without it.
    for name, index in (("localtime", 0), ("gmtime", 0), ("ctime", 0), ("asctime", 0), ("strftime", 1)):
        _watch_default(time, name, index)


def _watch_default(owner, name, index):
    original = getattr(owner, name)

    def watched(*arguments):
        if len(arguments) <= index or arguments[index] is None:
            clock()
        return original(*arguments)

    replace(owner, name, watched)


def _watch_randomness():
    for name in ("urandom", "getrandom"):
        watch(os, name, lambda: _bds.volatile("random"))


def _patch_datetime(datetime):
    for kind, names in ((datetime.date, ("today",)), (datetime.datetime, ("now", "utcnow"))):
        _patch_class_methods(kind, names)


def _patch_class_methods(kind, names):
    """Changes methods of a class written in C, which refuses it when asked the ordinary way."""
    import gc

    inside = next((held for held in gc.get_referents(kind.__dict__) if type(held) is dict), None)
    if inside is None:
        return
    for name in names:
        original = inside.get(name)
        if original is not None:
            inside[name] = _noting_the_clock(original)
    _bds.forget_cached_attributes(kind)


def _noting_the_clock(original):
    def watched(cls, *arguments, **named):
        clock()
        return original.__get__(None, cls)(*arguments, **named)

    watched.__doc__ = original.__doc__
    return classmethod(watched)


def _patch_random(random):
    seeded = [None]
    state = random._inst.getstate, random._inst.setstate

    def note():
        if seeded[0] != _bds.call_number():
            _bds.volatile("random")

    for name in random.__all__:
        if getattr(getattr(random, name), "__self__", None) is random._inst and name not in ("seed", "setstate"):
            watch(random, name, note)

    def watch_seeding(name):
        original = getattr(random, name)

        def watched(*arguments, **named):
            keep("random", *state)
            # Whatever follows in this call depends on nothing but the seed.
            is_fixed = any(value is not None for value in (*arguments[:1], *named.values()))
            seeded[0] = _bds.call_number() if is_fixed else None
            return original(*arguments, **named)

        replace(random, name, watched)

    watch_seeding("seed")
    watch_seeding("setstate")
    seed = random.Random.seed

    def watched_seed(self, a=None, version=2):
        if a is None:
            _bds.volatile("random")
        return seed(self, a, version)

    replace(random.Random, "seed", watched_seed)


def _patch_uuid(uuid):
    watch(uuid, "uuid1", lambda: _bds.volatile("random"))
    watch(uuid, "getnode", lambda: _bds.volatile("environment"))


def _patch_locale(locale):
    original = locale.setlocale

    def setlocale(category, locale=None):
        if locale is not None:
            keep(("locale", category), lambda: original(category), lambda before: original(category, before))
        return original(category, locale)

    replace(locale, "setlocale", setlocale)


def _patch_platform(platform):
    # It remembers what it found out.
    for name in ("machine", "node", "platform", "processor", "release", "system", "uname", "version"):
        watch(platform, name, _note_machine)


def _patch_linecache(linecache):
    original = linecache.getlines

    def getlines(filename, module_globals=None):
        known = linecache.cache.get(filename, ())
        # Another call may have brought it in; the code of scripts, which we put there, has no time.
        if len(known) > 1 and known[1] is not None:
            del linecache.cache[filename]
        return original(filename, module_globals)

    replace(linecache, "getlines", getlines)


def _patch_sqlite3(sqlite3):
    original = sqlite3.connect

    def note(action, first, *_others):
        # SQLite opens such files itself.
        if action == 24 and first:
            _bds.inquire(first, True)
        return 0

    def connect(*arguments, **named):
        connection = original(*arguments, **named)
        connection.set_authorizer(note)
        return connection

    sqlite3.dbapi2.connect = replace(sqlite3, "connect", connect)


def _patch_csv(csv):
    watch_setting(csv, "field_size_limit", csv.field_size_limit)


def _patch_decimal(decimal):
    default = decimal.DefaultContext
    names = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp", "traps", "flags")

    def put(words):
        wanted = eval(words, {**vars(decimal)})
        for name in names:
            setattr(default, name, getattr(wanted, name))

    check(lambda: repr(default), put)


def _patch_mimetypes(mimetypes):
    # What the machine knows of types would make another result on the next one.
    mimetypes.knownfiles[:] = ()


def _patch_socket(socket):
    watch_setting(socket, "setdefaulttimeout", socket.getdefaulttimeout)


#: What is changed right after its first import.
PATCHES = {
    "asyncio": patch_asyncio,
    "csv": _patch_csv,
    "decimal": _patch_decimal,
    "mimetypes": _patch_mimetypes,
    "socket": _patch_socket,
    "importlib": patch_importlib,
    "datetime": _patch_datetime,
    "linecache": _patch_linecache,
    "locale": _patch_locale,
    "platform": _patch_platform,
    "random": _patch_random,
    "sqlite3": _patch_sqlite3,
    "uuid": _patch_uuid,
}


def patch(name):
    """Changes a module of the standard library, once."""
    module = sys.modules.get(name)
    # A module that imports something that imports it comes by here before it is whole.
    if name in PATCHES and module is not None and not getattr(module.__spec__, "_initializing", False):
        PATCHES.pop(name)(module)


def _watch_environment():
    class Environment(type(os.environ)):
        """The variables of the process; says when a script looks at one."""

        def __getitem__(self, name):
            _note_variable(name)
            return super().__getitem__(name)

        def __iter__(self):
            _note_variable(None)
            return super().__iter__()

        def __len__(self):
            _note_variable(None)
            return super().__len__()

        def __repr__(self):
            _note_variable(None)
            return super().__repr__()

    os.environ.__class__ = Environment
    if os.supports_bytes_environ:
        os.environb.__class__ = Environment


def _note_variable(name):
    """Notes that a script looks at a variable, or at all of them."""
    frame = user()
    while module_of(frame) in ("os", "_collections_abc", "collections.abc"):
        frame = frame.f_back
    # The library and packages look at many variables; in a worker they are the same everywhere.
    if frame is not None and not os.path.isabs(frame.f_code.co_filename):
        _bds.volatile("environment", os.fsdecode(name) if isinstance(name, (str, bytes)) else None)


def _note_machine():
    """Notes that a script asks which machine or process it runs in; the library does so for itself."""
    frame = user()
    if frame is not None and not os.path.isabs(frame.f_code.co_filename):
        _bds.volatile("environment")
