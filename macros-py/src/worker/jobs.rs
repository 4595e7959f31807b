//! Runs a job that is no macro call: the order goes to our own Python, and what it gives comes back as JSON.

use bds_macro_api::FailureKind;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyModule};

use super::calls::Call;
use super::scripts::{Trouble, compiled};
use super::values::{self, Encoder, Unencodable};
use super::{calls, python};
use crate::protocol::{Failed, MAX_FRAME, Returned, Run};

/// Does what the order says with the script of the call.
pub(super) fn perform(py: Python<'_>, call: &Call, run: &Run<'_>, order: &[u8]) -> Result<Returned, Trouble> {
    let threads = python::thread_count(py);
    let order = values::decode(py, order)?.cast_into::<PyDict>().map_err(PyErr::from)?;
    order.set_item("file", run.file)?;
    order.set_item("slug", run.slug)?;
    let path = if run.file.starts_with('<') { run.file.into() } else { call.paths.absolute(run.file.as_ref()) };
    order.set_item("path", path.to_string_lossy())?;
    let task: String = order.get_item("task")?.map(|task| task.extract()).transpose()?.unwrap_or_default();
    let script = match (task.as_str(), run.source) {
        // Code that is no Python is what this asks for.
        ("check", Some(source)) => PyBytes::new(py, source.as_bytes()).into_any(),
        _ => compiled(py, run.file, run.fingerprint, run.source.map(str::as_bytes))?,
    };
    let jobs = calls::pause(|| PyModule::import(py, "_bds_jobs"))?;
    let given = jobs.call_method1("perform", (order, script))?;
    python::wait_for_threads(py, threads)?;
    if let Some(message) = given.get_item("entrypoint").ok().and_then(|message| message.extract().ok()) {
        return Err(told(FailureKind::Entrypoint, message));
    }
    encoded(&given, run).map(|data| Returned { data: Some(data), ..Returned::default() })
}

fn encoded(given: &Bound<'_, PyAny>, run: &Run<'_>) -> Result<Vec<u8>, Trouble> {
    let limit = usize::try_from(run.limits.output_bytes).unwrap_or(usize::MAX).min(MAX_FRAME / 2);
    let mut encoder = Encoder::new(limit);
    match encoder.object(given) {
        Ok(()) => Ok(encoder.into_bytes()),
        Err(Unencodable::NotJson { place, what }) => {
            let place = place.trim_start_matches(".given").trim_start_matches(".returned").trim_start_matches('.');
            let place = if place.is_empty() { "what it returned".to_owned() } else { format!("`{place}`") };
            Err(told(FailureKind::BadResult, format!("{place} {what}")))
        }
        Err(Unencodable::TooLong) => {
            Err(told(FailureKind::Limit, format!("what it returned is longer than {limit} bytes")))
        }
        Err(Unencodable::Raised(error)) => Err(error.into()),
    }
}

fn told(kind: FailureKind, message: String) -> Trouble {
    Trouble::Told(Failed { kind: Some(kind), message, ..Failed::default() })
}
