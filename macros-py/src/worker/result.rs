//! What a macro returned, held against ABI v1 (format sheet §11.5).

use bds_macro_api::FailureKind;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::scripts::Trouble;
use super::values::{Encoder, Unencodable};
use crate::protocol::{Failed, MAX_FRAME, Returned, Run};

const KEYS: [&str; 3] = ["html", "data", "warnings"];

/// Takes over what a macro returned, or says which key is at fault.
pub(super) fn validate(returned: &Bound<'_, PyAny>, run: &Run<'_>) -> Result<Returned, Trouble> {
    let Ok(dict) = returned.cast::<PyDict>() else {
        let what = class(returned);
        return Err(bad(format!("`{}` returned {what}; it must return a dict with `html`", run.entrypoint)));
    };
    let limit = usize::try_from(run.limits.output_bytes).unwrap_or(usize::MAX).min(MAX_FRAME / 2);
    let html = html(dict, limit)?;
    let data = match dict.get_item("data")?.filter(|data| !data.is_none()) {
        Some(data) => Some(encoded(&data, limit - html.len())?),
        None => None,
    };
    let left = limit - html.len() - data.as_ref().map_or(0, Vec::len).min(limit - html.len());
    let mut warnings = match dict.get_item("warnings")?.filter(|warnings| !warnings.is_none()) {
        Some(warnings) => texts(&warnings, left)?,
        None => Vec::new(),
    };
    for key in dict.keys() {
        let known = key.extract::<String>().is_ok_and(|key| KEYS.contains(&key.as_str()));
        if !known {
            warnings.push(format!("the result has the key {}, which means nothing{}", key.repr()?, nearest(&key)));
        }
    }
    Ok(Returned { html, data, warnings })
}

fn html(dict: &Bound<'_, PyDict>, limit: usize) -> Result<String, Trouble> {
    let Some(html) = dict.get_item("html")? else {
        return Err(bad("the result has no `html`".to_owned()));
    };
    let Ok(html) = html.cast::<PyString>() else {
        return Err(bad(format!("`html` must be a str, not {}", class(&html))));
    };
    let too_long = || failed(FailureKind::Limit, format!("`html` is longer than {limit} bytes"));
    // Characters take at least a byte each: what is far too long is not even encoded.
    if html.len()? > limit {
        return Err(too_long());
    }
    let Ok(text) = html.to_str() else {
        return Err(bad("`html` holds a lone surrogate, which no text file can".to_owned()));
    };
    if text.len() > limit { Err(too_long()) } else { Ok(text.to_owned()) }
}

fn encoded(data: &Bound<'_, PyAny>, limit: usize) -> Result<Vec<u8>, Trouble> {
    if !data.is_instance_of::<PyDict>() {
        return Err(bad(format!("`data` must be a dict, not {}", class(data))));
    }
    let mut encoder = Encoder::new(limit);
    match encoder.object(data) {
        Ok(()) => Ok(encoder.into_bytes()),
        Err(Unencodable::NotJson { place, what }) => Err(bad(format!("`data{place}` {what}"))),
        Err(Unencodable::TooLong) => {
            Err(failed(FailureKind::Limit, "`html` and `data` together are longer than allowed".to_owned()))
        }
        Err(Unencodable::Raised(error)) => Err(error.into()),
    }
}

fn texts(warnings: &Bound<'_, PyAny>, limit: usize) -> Result<Vec<String>, Trouble> {
    if !warnings.is_instance_of::<PyList>() && !warnings.is_instance_of::<PyTuple>() {
        return Err(bad(format!("`warnings` must be a list of str, not {}", class(warnings))));
    }
    let mut texts = Vec::new();
    let mut left = limit;
    for (index, warning) in warnings.try_iter()?.enumerate() {
        let warning = warning?;
        match warning.cast::<PyString>() {
            Ok(text) => {
                // Each takes a little more than its text.
                left = left.checked_sub(text.len()?.saturating_add(8)).ok_or_else(|| {
                    failed(
                        FailureKind::Limit,
                        "`html`, `data` and `warnings` together are longer than allowed".to_owned(),
                    )
                })?;
                texts.push(text.to_string_lossy().into_owned());
            }
            Err(_) => return Err(bad(format!("`warnings[{index}]` must be a str, not {}", class(&warning)))),
        }
    }
    Ok(texts)
}

fn nearest(key: &Bound<'_, PyAny>) -> String {
    let Ok(key) = key.extract::<String>() else { return String::new() };
    let near = KEYS.into_iter().find(|known| strsim::jaro_winkler(known, &key) > 0.8);
    near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

fn class(object: &Bound<'_, PyAny>) -> String {
    if object.is_none() {
        return "None".to_owned();
    }
    object.get_type().name().map_or_else(|_| "an object".to_owned(), |name| format!("a value of type {name}"))
}

fn bad(message: String) -> Trouble {
    failed(FailureKind::BadResult, message)
}

fn failed(kind: FailureKind, message: String) -> Trouble {
    Trouble::Told(Failed { kind: Some(kind), message, ..Failed::default() })
}
