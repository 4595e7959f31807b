"""Waits for what macros start: coroutines and threads."""

import _bds
import sys

#: Event loops that no call uses just now.
_loops: list = []
#: All event loops that were made and not closed.
_made: list = []
#: How many coroutines are being run by hand.
_by_hand = 0


def drive(awaitable):
    """The result of a coroutine; anything else as it is."""
    if not hasattr(awaitable, "__await__"):
        return awaitable
    return _drive_in_loop(awaitable) if "asyncio" in sys.modules else _drive_by_hand(awaitable)


def _drive_by_hand(awaitable):
    """Without asyncio, whose import takes longer than most macros, nothing that a macro can wait for takes time."""
    global _by_hand
    _by_hand += 1
    try:
        steps = awaitable.__await__()
        while True:
            waited_for = next(steps)
            if waited_for is not None:
                _wait_for(waited_for, awaitable)
    except StopIteration as end:
        return end.value
    finally:
        _by_hand -= 1
        if "asyncio" in sys.modules:
            _leave_loop()


def patch_asyncio(asyncio):
    # It was imported by a coroutine that has begun without it.
    if _by_hand:
        asyncio._set_running_loop(_new_loop(asyncio))


def _wait_for(future, awaitable):
    import asyncio

    loop = asyncio._get_running_loop()
    future._asyncio_future_blocking = False
    asyncio._set_running_loop(None)
    try:
        loop.run_until_complete(asyncio.wait([future]))
    except _bds.BdsStopped as stopped:
        stopped.waiting = _waiting(awaitable)
        raise
    finally:
        asyncio._set_running_loop(loop)


def _leave_loop():
    import asyncio

    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    if loop is not None:
        _tidy_up(loop)


def _drive_in_loop(awaitable):
    import asyncio

    async def whole():
        return await awaitable

    # Calls nest: the loop of the call further out must not be seen here.
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    loop = _loops.pop() if _loops else _new_loop(asyncio)
    try:
        return loop.run_until_complete(whole())
    except _bds.BdsStopped as stopped:
        stopped.waiting = _waiting(awaitable)
        raise
    finally:
        _tidy_up(loop)
        asyncio._set_running_loop(outer)


def _waiting(awaitable):
    """Where a coroutine waits, outermost first: code, line and instruction. While it does it is on no stack."""
    places = []
    while awaitable is not None:
        frame = getattr(awaitable, "cr_frame", None) or getattr(awaitable, "gi_frame", None)
        if frame is not None:
            places.append((frame.f_code, frame.f_lineno, frame.f_lasti))
        awaitable = getattr(awaitable, "cr_await", None) or getattr(awaitable, "gi_yieldfrom", None)
    return places


def _tidy_up(loop):
    """Ends what a macro has left running, and keeps the loop for the next."""
    import asyncio

    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    if loop._default_executor is not None:
        loop.run_until_complete(loop.shutdown_default_executor())
    if _is_as_new(loop):
        _loops.append(loop)
    else:
        loop.close()


#: What of a loop scripts can change, and what it is in a new one.
_SETTINGS = (
    ("_debug", False),
    ("_default_executor", None),
    ("_exception_handler", None),
    ("_task_factory", None),
    ("slow_callback_duration", 0.1),
)


def _is_as_new(loop):
    """Whether nothing in a loop is left of the macro that ran in it."""
    if loop.is_closed() or loop._ready or loop._scheduled or len(loop._selector.get_map()) != 1:
        return False
    if loop._signal_handlers or loop._asyncgens:
        return False
    return all(getattr(loop, name, value) == value for name, value in _SETTINGS) and not any(
        name not in _NAMES for name in vars(loop)
    )


#: The names that loops have.
_NAMES: set = set()


def _new_loop(asyncio):
    loop = asyncio.new_event_loop()
    _NAMES.update(vars(loop))
    _made[:] = [*(made for made in _made if not made.is_closed()), loop]
    return loop


def descriptors():
    """The descriptors of our loops."""
    return {
        end.fileno()
        for loop in _made
        if not loop.is_closed()
        for end in (loop._selector, loop._ssock, loop._csock)
        if end is not None
    }


def wait_for_threads(count):
    """Waits until no more than so many threads are left besides the main one."""
    import _thread
    import time

    while _thread._count() > count:
        time.sleep(0.001)
