//! The exceptions that scripts can meet.

use pyo3::create_exception;
use pyo3::exceptions::{PyBaseException, PyException, PyPermissionError};

create_exception!(bds_api, BdsApiError, PyException, "The engine cannot answer a request.");
create_exception!(
    bds_api,
    BdsDenied,
    PyPermissionError,
    "The script did something that is not allowed; the message says what would allow it."
);
create_exception!(
    bds_api,
    BdsStopped,
    PyBaseException,
    "The call is over: it took too long, or used up too much. Not to be caught."
);
