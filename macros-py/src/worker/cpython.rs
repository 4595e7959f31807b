//! What `CPython` can do and `PyO3` has no safe words for. The only module of this crate with `unsafe` in it.
#![expect(unsafe_code, reason = "CPython's C functions for starting, auditing and stopping are unsafe to call")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::OnceLock;

use pyo3::exceptions::PyBaseException;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySet, PyString, PyTuple, PyType};

unsafe extern "C" {
    /// <https://docs.python.org/3/c-api/sys.html#c.PySys_AddAuditHook>; pyo3-ffi does not declare it.
    fn PySys_AddAuditHook(
        hook: extern "C" fn(*const c_char, *mut ffi::PyObject, *mut c_void) -> c_int,
        user_data: *mut c_void,
    ) -> c_int;
}

/// The version of the Python that is linked: `3.11.7`.
pub(super) fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        // SAFETY: may be called before Python is started; gives a static string. The first call writes that string, so
        // two at once would read it half written: `OnceLock` lets only one in.
        let text = unsafe { CStr::from_ptr(ffi::Py_GetVersion()) }.to_str().unwrap_or_default();
        text.split_whitespace().next().unwrap_or_default().to_owned()
    })
}

/// The file that Python was really loaded from: a library, or this program where it is linked into it.
#[cfg(unix)]
pub(super) fn library() -> Option<PathBuf> {
    let mut found = MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: asks the loader about the address of a function, which is all that it takes; where it gives something
    // other than 0, the name is a C string that lives as long as the library is loaded.
    let name = unsafe {
        if libc::dladdr(ffi::Py_GetVersion as *const c_void, found.as_mut_ptr()) == 0 {
            return None;
        }
        let found = found.assume_init();
        if found.dli_fname.is_null() {
            return None;
        }
        CStr::from_ptr(found.dli_fname)
    };
    name.to_str().ok().map(PathBuf::from)
}

/// Nobody can say here.
#[cfg(not(unix))]
pub(super) fn library() -> Option<PathBuf> {
    None
}

/// Whether Python has been started in this process, by us or by somebody else.
pub(super) fn is_running() -> bool {
    // SAFETY: may be called at any time.
    unsafe { ffi::Py_IsInitialized() != 0 }
}

/// Starts Python so that nothing of the machine reaches it: no `site`, no environment, no user's folders. The calling
/// thread becomes Python's main thread, and is not attached afterwards.
pub(super) fn start(home: &Path, hash_seed: u32) -> Result<(), String> {
    let text = |path: &Path| CString::new(path.as_os_str().as_encoded_bytes()).map_err(|error| error.to_string());
    // The standard library looks around the place where it believes the interpreter to be.
    let (home, executable) = (text(home)?, text(&home.join("bin/python3"))?);
    // SAFETY: both structures are initialised by the functions made for that before anything else touches them, are
    // used by this thread alone, and Python has not been started yet.
    unsafe {
        let mut before = MaybeUninit::<ffi::PyPreConfig>::uninit();
        ffi::PyPreConfig_InitIsolatedConfig(before.as_mut_ptr());
        let mut before = before.assume_init();
        before.utf8_mode = 1;
        check(ffi::Py_PreInitialize(&raw const before))?;

        let mut config = MaybeUninit::<ffi::PyConfig>::uninit();
        ffi::PyConfig_InitIsolatedConfig(config.as_mut_ptr());
        let mut config = config.assume_init();
        config.use_hash_seed = 1;
        config.hash_seed = hash_seed.into();
        config.site_import = 0;
        config.install_signal_handlers = 0;
        config.write_bytecode = 0;
        config.pathconfig_warnings = 0;
        config.parse_argv = 0;
        let home_field = &raw mut config.home;
        let executable_field = &raw mut config.executable;
        let home = ffi::PyConfig_SetBytesString(&raw mut config, home_field, home.as_ptr());
        let executable = ffi::PyConfig_SetBytesString(&raw mut config, executable_field, executable.as_ptr());
        let started = check(home)
            .and_then(|()| check(executable))
            .and_then(|()| check(ffi::Py_InitializeFromConfig(&raw const config)));
        ffi::PyConfig_Clear(&raw mut config);
        started?;
        ffi::PyEval_SaveThread();
    }
    Ok(())
}

fn check(status: ffi::PyStatus) -> Result<(), String> {
    // SAFETY: looks at the fields of a status that Python just gave.
    unsafe {
        if ffi::PyStatus_Exception(status) == 0 {
            return Ok(());
        }
        if status.err_msg.is_null() {
            return Err("Python ended while it was starting".to_owned());
        }
        Err(CStr::from_ptr(status.err_msg).to_string_lossy().into_owned())
    }
}

/// Has every audited event shown to [`super::guard::audit`] from now on, for as long as the process lives.
pub(super) fn audit(_attached: Python<'_>) -> PyResult<()> {
    // SAFETY: the hook is a plain function without data of its own.
    match unsafe { PySys_AddAuditHook(hook, ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(pyo3::exceptions::PyRuntimeError::new_err("the audit hook was refused")),
    }
}

extern "C" fn hook(event: *const c_char, arguments: *mut ffi::PyObject, _data: *mut c_void) -> c_int {
    if event.is_null() || arguments.is_null() {
        return 0;
    }
    // SAFETY: Python calls hooks with a C string that lives as long as the call.
    let event = unsafe { CStr::from_ptr(event) }.to_bytes();
    if !super::guard::watches(event) {
        return 0;
    }
    // SAFETY: for the events that are watched the interpreter runs, and the calling thread is attached to it.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the arguments of an event are a tuple that the caller holds.
    let arguments = unsafe { Bound::from_borrowed_ptr(py, arguments) };
    let verdict = arguments.cast::<PyTuple>().map_err(PyErr::from).and_then(|it| super::guard::audit(py, event, it));
    match verdict {
        Ok(()) => 0,
        Err(refusal) => {
            refusal.restore(py);
            -1
        }
    }
}

/// Makes Python see that the attributes of a type were changed behind its back.
pub(super) fn forget_cached_attributes(class: &Bound<'_, PyType>) {
    // SAFETY: the pointer is that of a living type, and the thread is attached.
    unsafe { ffi::PyType_Modified(class.as_type_ptr()) }
}

/// A number that every change of a dict makes another one (PEP 509); none where this Python has no such number.
#[cfg(not(Py_3_14))]
#[expect(clippy::unnecessary_wraps, reason = "later versions of Python have no such number")]
#[cfg_attr(Py_3_12, expect(deprecated, reason = "what came in its place tells of changes while they are made"))]
pub(super) fn number_of(dict: &Bound<'_, PyDict>) -> Option<u64> {
    // SAFETY: the pointer is that of a living dict, and the thread is attached.
    Some(unsafe { (*dict.as_ptr().cast::<ffi::PyDictObject>()).ma_version_tag })
}

/// From Python 3.14 on, dicts are not numbered any more.
#[cfg(Py_3_14)]
pub(super) fn number_of(_dict: &Bound<'_, PyDict>) -> Option<u64> {
    None
}

/// Whether two lists hold the same objects, which says more than that they are equal.
pub(super) fn are_same(one: &Bound<'_, PyList>, other: &Bound<'_, PyList>) -> bool {
    let items = |list: &Bound<'_, PyList>| {
        // SAFETY: the pointer is that of a living list, and the thread is attached.
        unsafe { ((*list.as_ptr().cast::<ffi::PyListObject>()).ob_item, list.len()) }
    };
    let ((one, length), (other, other_length)) = (items(one), items(other));
    // SAFETY: both lists have so many items, and nothing of Python runs in between.
    length == other_length
        && (length == 0
            || unsafe { std::slice::from_raw_parts(one, length) == std::slice::from_raw_parts(other, length) })
}

/// A number that most changes of a set make another one: its places that were ever used, and those that still are.
pub(super) fn traces(set: &Bound<'_, PySet>) -> (isize, isize) {
    // SAFETY: the pointer is that of a living set, and the thread is attached.
    unsafe {
        let set = set.as_ptr().cast::<ffi::PySetObject>();
        ((*set).fill, (*set).used)
    }
}

/// The names of a class that can be changed, as they lie in it; none of a class that cannot.
pub(super) fn names_of_class<'py>(class: &Bound<'py, PyType>) -> Option<Bound<'py, PyDict>> {
    // SAFETY: the pointer is that of a living type, whose dict lives as long; the thread is attached.
    unsafe {
        let class_object = class.as_type_ptr();
        if (*class_object).tp_flags & ffi::Py_TPFLAGS_HEAPTYPE == 0 || (*class_object).tp_dict.is_null() {
            return None;
        }
        Bound::from_borrowed_ptr(class.py(), (*class_object).tp_dict).cast_into::<PyDict>().ok()
    }
}

/// The attributes of an instance, as they lie in it; none of what has none. Nothing of Python runs. To be asked once.
pub(super) fn names_of_instance<'py>(object: &Bound<'py, PyAny>) -> Option<Bound<'py, PyDict>> {
    // SAFETY: the pointer is that of a living object, and the thread is attached; a failure is null.
    unsafe {
        if (*object.get_type().as_type_ptr()).tp_flags & ffi::Py_TPFLAGS_HEAPTYPE == 0 {
            return None;
        }
        let names = ffi::PyObject_GenericGetDict(object.as_ptr(), ptr::null_mut());
        let names = Bound::from_owned_ptr_or_err(object.py(), names).ok()?.cast_into::<PyDict>().ok()?;
        if !cfg!(Py_3_13) {
            return Some(names);
        }
        // From 3.13 on, a dict that an instance brought with it shows what the instance holds, and is not numbered anew
        // when that changes. One that it was given is.
        let own = names.copy().ok()?;
        if ffi::PyObject_GenericSetDict(object.as_ptr(), own.as_ptr(), ptr::null_mut()) == 0 {
            return Some(own);
        }
        drop(PyErr::take(object.py()));
        None
    }
}

/// Does something without the collector of reference cycles running in between, which would look at everything that is
/// made again and again.
#[cfg(Py_3_10)]
pub(super) fn without_collector<T>(_attached: Python<'_>, run: impl FnOnce() -> T) -> T {
    // SAFETY: the thread is attached.
    let was_on = unsafe { ffi::PyGC_Disable() } != 0;
    let result = run();
    if was_on {
        // SAFETY: as above.
        unsafe { ffi::PyGC_Enable() };
    }
    result
}

/// Before Python 3.10 there are no words for that in C.
#[cfg(not(Py_3_10))]
pub(super) fn without_collector<T>(_attached: Python<'_>, run: impl FnOnce() -> T) -> T {
    run()
}

/// A text; unlike [`PyString::new`] and its kind, this and the following raise `MemoryError` and do not panic.
pub(super) fn text<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyString>> {
    let length = ffi::Py_ssize_t::try_from(text.len())?;
    // SAFETY: the thread is attached, the pointer and the length are those of a living `str`; a failure is null.
    unsafe {
        let text = ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), length);
        Ok(Bound::from_owned_ptr_or_err(py, text)?.cast_into_unchecked())
    }
}

/// A whole number.
pub(super) fn int(py: Python<'_>, value: i64) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: the thread is attached; a failure is null.
    unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyLong_FromLongLong(value)) }
}

/// A number.
pub(super) fn float(py: Python<'_>, value: f64) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: the thread is attached; a failure is null.
    unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyFloat_FromDouble(value)) }
}

/// An empty dict.
pub(super) fn dict(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    // SAFETY: the thread is attached; a failure is null.
    unsafe { Ok(Bound::from_owned_ptr_or_err(py, ffi::PyDict_New())?.cast_into_unchecked()) }
}

/// A list of that many objects, made one after the other.
pub(super) fn list<'py>(
    py: Python<'py>,
    length: usize,
    mut next: impl FnMut() -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let size = ffi::Py_ssize_t::try_from(length)?;
    // SAFETY: the thread is attached; a failure is a null pointer with an exception set, which is what is looked for. A
    // new list may have places that nothing was put into yet, also when it is dropped.
    let list = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyList_New(size))?.cast_into_unchecked::<PyList>() };
    for index in 0..size {
        let item = next()?;
        // SAFETY: the place is one of the list, which nobody else has seen, and empty; it takes over the object.
        unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), index, item.into_ptr()) };
    }
    Ok(list)
}

/// How deep calls may be inside each other now.
pub(super) fn recursion_limit(_attached: Python<'_>) -> i32 {
    // SAFETY: the thread is attached.
    unsafe { ffi::Py_GetRecursionLimit() }
}

/// Sets how deep calls may be inside each other. What is deeper already fails at its next call.
pub(super) fn limit_recursion(_attached: Python<'_>, depth: i32) {
    // SAFETY: the thread is attached.
    unsafe { ffi::Py_SetRecursionLimit(depth.max(1)) }
}

/// How Python names the calling thread.
pub(super) fn thread_name(_attached: Python<'_>) -> u64 {
    // SAFETY: may be called at any time.
    unsafe { ffi::PyThread_get_thread_ident() }
}

/// Raises an exception in another thread, as soon as that runs Python code again.
pub(super) fn raise_in_thread(thread: u64, exception: &Bound<'_, PyType>) {
    debug_assert!(exception.is_subclass_of::<PyBaseException>().unwrap_or(false));
    // SAFETY: the calling thread is attached; a thread that is gone is not found, which is fine.
    unsafe { ffi::PyThreadState_SetAsyncExc(thread.cast_signed(), exception.as_ptr()) };
}

/// A context for context variables that nobody has set anything in; it holds until it is left.
#[derive(Debug)]
pub(super) struct Context(Py<PyAny>);

impl Context {
    pub(super) fn enter(py: Python<'_>) -> PyResult<Self> {
        // SAFETY: the thread is attached; a failure is null.
        let context = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyContext_New())? };
        // SAFETY: the object is a context, as was just made.
        match unsafe { ffi::PyContext_Enter(context.as_ptr()) } {
            0 => Ok(Self(context.unbind())),
            _ => Err(PyErr::fetch(py)),
        }
    }

    pub(super) fn leave(self, py: Python<'_>) -> PyResult<()> {
        // SAFETY: the object is a context; one that is not the innermost is refused.
        match unsafe { ffi::PyContext_Exit(self.0.as_ptr()) } {
            0 => Ok(()),
            _ => Err(PyErr::fetch(py)),
        }
    }
}
