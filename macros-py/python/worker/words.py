"""Errors in words: message, places and traceback."""

import _bds
import os
import sys

#: The code of scripts and their modules as it was compiled, by file.
TEXTS: dict = {}


def _is_script(file):
    return file.startswith("<default>/") or not (file.startswith("<") or os.path.isabs(file))


def _is_ours(file):
    return file.startswith(("<bds>", "<frozen importlib"))


#: How many frames are told from the outer and from the inner end of a deep traceback.
_ENDS = 20


def describe(error):
    """Message, frames of scripts (file, line, column, function; outermost first), and the whole traceback."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        if not _is_ours(trace.tb_frame.f_code.co_filename):
            places.append((trace.tb_frame.f_code, trace.tb_lineno, trace.tb_lasti))
        trace = trace.tb_next
    if not any(_is_script(code.co_filename) for code, _, _ in places):
        places += getattr(error, "waiting", ())
    own = _folded([place for place in places if _is_script(place[0].co_filename)])
    if len(own) > 2 * _ENDS:
        own[_ENDS:-_ENDS] = []
    frames = [
        (code.co_filename, line, _column(code, instruction), code.co_name if times == 1 else f"{code.co_name} ({times} times)")
        for (code, line, instruction), times in own
    ]
    if isinstance(error, SyntaxError) and error.filename and _is_script(error.filename):
        column = error.offset if error.offset and error.offset > 0 else None
        frames.append((error.filename, error.lineno or 1, column, "<module>"))
    if isinstance(error, _bds.BdsStopped):
        # There is little time left: nothing is imported any more.
        stack = [(code.co_filename, line, code.co_name) for code, line, _ in places[-2 * _ENDS :]]
        return "", frames, "Traceback (most recent call last):\n" + _stack(stack)
    return _message(error), frames, _traceback(error)


def _folded(places):
    """Equal neighbours as one, each with how many there are: a function that calls itself."""
    folded = []
    for place in places:
        if folded and folded[-1][0] == place:
            folded[-1][1] += 1
        else:
            folded.append([place, 1])
    return folded


def here():
    """The innermost frame of a script that is running: file, line, column, function."""
    frame = sys._getframe(0)
    while frame is not None and not _is_script(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return None
    code = frame.f_code
    return code.co_filename, frame.f_lineno or 1, _column(code, frame.f_lasti), code.co_name


def _message(error):
    name = type(error).__name__
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:
        text = "<its message cannot be shown>"
    return f"{name}: {text}" if text else name


def _column(code, instruction):
    positions = getattr(code, "co_positions", None)
    if positions is None or instruction < 0:
        return None
    import itertools

    line, _, column, _ = next(itertools.islice(positions(), instruction // 2, None), (None, None, None, None))
    if line is None or column is None:
        return None
    # Python counts bytes, people count characters.
    before = _line(code.co_filename, line).encode("utf-8", "replace")[:column]
    return (len(before.decode("utf-8", "replace")) if before else column) + 1


def _line(file, number):
    lines = TEXTS.get(file, "").splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _stack(places):
    """Files, lines and functions as a traceback has them."""
    text = []
    for file, line, function in places:
        text.append(f'  File "{file}", line {line}, in {function}\n')
        code = _line(file, line).strip()
        if code:
            text.append(f"    {code}\n")
    return "".join(text)


def _traceback(error):
    import linecache
    import traceback

    for file, text in TEXTS.items():
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    told = traceback.TracebackException(type(error), error, error.__traceback__)
    _leave_out_ours(told, set())
    return "".join(told.format())


def _leave_out_ours(told, done):
    if told is None or id(told) in done:
        return
    done.add(id(told))
    told.stack[:] = [frame for frame in told.stack if not _is_ours(frame.filename)]
    _leave_out_ours(told.__cause__, done)
    _leave_out_ours(told.__context__, done)


def describe_threads():
    """Where the threads are that scripts started, as `describe` says it of an error.

    They still run: whatever waits for the disk here waits for them to let go of the interpreter, too.
    """
    import _thread

    told, text = [], ""
    for thread, frame in sorted(sys._current_frames().items()):
        if thread == _thread.get_ident():
            continue
        places = []
        while frame is not None:
            places.insert(0, (frame.f_code.co_filename, frame.f_lineno or 1, frame.f_code.co_name))
            frame = frame.f_back
        text += "Thread (most recent call last):\n" + _stack(places)
        told = told or [(file, line, None, function) for file, line, function in places if _is_script(file)]
    return "", told, text
