//! A runtime whose macros are functions in Rust.
#![expect(clippy::disallowed_methods, reason = "a macro opens files by itself, as a script does")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use bds_base::{Fingerprint, SitePath};
use bds_macro_api::{
    Failure, FailureKind, Frame, Host, HostRequest, MacroCall, MacroResult, MacroRuntime, Outcome, Permission, Read,
    RuntimeUnavailable, Usage, Volatile, VolatileRead,
};
use serde_json::{Value, json};

/// A macro: what it returns stands in the place of its call, or is the message of its failure.
pub(crate) type Macro = fn(&mut Run<'_>) -> Result<String, String>;

/// Runs macros by the slug of their scripts; the code of the scripts does not matter.
#[derive(Default)]
pub(crate) struct ScriptedRuntime {
    macros: BTreeMap<&'static str, Macro>,
    root: Mutex<PathBuf>,
    called: Mutex<Vec<String>>,
    packages: Mutex<BTreeMap<String, String>>,
    /// Whether no macro can run at all.
    pub(crate) is_missing: AtomicBool,
}

impl ScriptedRuntime {
    pub(crate) fn with(mut self, slug: &'static str, code: Macro) -> Self {
        self.macros.insert(slug, code);
        self
    }

    /// The same macros for another project.
    pub(crate) fn twin(&self) -> Self {
        Self { macros: self.macros.clone(), ..Self::default() }
    }

    /// Says where the project lies whose files macros open.
    pub(crate) fn work_in(&self, root: &Path) {
        root.clone_into(&mut self.root.lock().unwrap());
    }

    /// From now on a package is there in this version.
    pub(crate) fn install(&self, name: &str, version: &str) {
        self.packages.lock().unwrap().insert(name.to_owned(), version.to_owned());
    }

    /// The macros that ran since the last time, sorted: slug and post, such as `titled one`.
    pub(crate) fn take_called(&self) -> Vec<String> {
        let mut called = std::mem::take(&mut *self.called.lock().unwrap());
        called.sort();
        called
    }
}

impl std::fmt::Debug for ScriptedRuntime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptedRuntime").finish_non_exhaustive()
    }
}

impl MacroRuntime for ScriptedRuntime {
    fn version(&self) -> Result<String, RuntimeUnavailable> {
        if self.is_missing.load(Ordering::Relaxed) {
            return Err(RuntimeUnavailable { reason: "nothing runs macros".to_owned() });
        }
        Ok("scripted 1".to_owned())
    }

    fn call(&self, call: &MacroCall, host: &mut dyn Host) -> Outcome {
        let slug = call.script.slug.as_str();
        let post = call.post_id.as_deref().unwrap_or("-").trim_end_matches("-id");
        self.called.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{slug} {post}"));
        let root = self.root.lock().unwrap().clone();
        let packages = self.packages.lock().unwrap().clone();
        let mut run =
            Run { call, host, root, packages, reads: vec![], volatile: vec![], warnings: vec![], frames: vec![] };
        let result = match self.macros.get(slug) {
            Some(code) => code(&mut run),
            None => Err("no such macro".to_owned()),
        };
        let Run { reads, volatile, warnings, frames, .. } = run;
        let result = match result {
            Ok(html) => Ok(MacroResult { html, data: None, warnings }),
            Err(message) => Err(Failure { kind: FailureKind::Raised, message, frames, traceback: None }),
        };
        Outcome { result, reads, volatile, usage: Usage::default() }
    }

    fn packages(&self) -> BTreeMap<String, String> {
        self.packages.lock().unwrap().clone()
    }
}

/// What a running macro can see and do.
pub(crate) struct Run<'a> {
    pub(crate) call: &'a MacroCall,
    host: &'a mut dyn Host,
    root: PathBuf,
    packages: BTreeMap<String, String>,
    reads: Vec<Read>,
    volatile: Vec<VolatileRead>,
    warnings: Vec<String>,
    frames: Vec<Frame>,
}

impl Run<'_> {
    /// A parameter of the call; empty when it is not given.
    pub(crate) fn param(&self, name: &str) -> String {
        self.call.context.params.get(name).cloned().unwrap_or_default()
    }

    /// Imports an installed package.
    pub(crate) fn import(&mut self, name: &str) -> String {
        let version = self.packages[name].clone();
        self.reads.push(Read::Package(name.to_owned(), version.clone()));
        format!("{name} {version}")
    }

    /// A field of the post that the call stands in.
    pub(crate) fn field(&mut self, name: &str) -> Value {
        let answer = self.host.request(HostRequest::PostField(name.to_owned()));
        answer.map_or_else(|error| json!(error.to_string()), |answer| Value::clone(&answer.value))
    }

    /// The answer of a method, or the error as a text.
    pub(crate) fn api(&mut self, method: &str, arguments: &Value) -> Value {
        let arguments = arguments.as_object().cloned().unwrap_or_default();
        let request = HostRequest::Api { method: method.to_owned(), arguments };
        let answer = self.host.request(request);
        answer.map_or_else(|error| json!(format!("error: {error}")), |answer| Value::clone(&answer.value))
    }

    /// Opens a file of the project, as a script does behind the engine's back.
    pub(crate) fn open(&mut self, path: &str) -> Option<String> {
        let site_path = SitePath::new(path).unwrap();
        let content = fs::read_to_string(self.root.join(path)).ok();
        self.reads.push(match &content {
            Some(content) => Read::File(site_path, Fingerprint::of(content)),
            None => Read::Missing(site_path),
        });
        content
    }

    /// Changes a file, as another program might just now.
    pub(crate) fn change(&self, path: &str, content: &str) {
        fs::write(self.root.join(path), content).unwrap();
    }

    /// Asks whether something is there.
    pub(crate) fn exists(&mut self, path: &str) -> bool {
        let site_path = SitePath::new(path).unwrap();
        let exists = self.root.join(path).exists();
        self.reads.push(if exists { Read::Exists(site_path) } else { Read::Missing(site_path) });
        exists
    }

    /// Lists a folder of the project.
    pub(crate) fn list(&mut self, path: &str) -> Vec<String> {
        let site_path = SitePath::new(path).unwrap();
        let Ok(entries) = fs::read_dir(self.root.join(path)) else {
            self.reads.push(Read::Missing(site_path));
            return Vec::new();
        };
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        self.reads.push(Read::Folder(site_path, Fingerprint::of(names.join("\n"))));
        names
    }

    /// Looks at the clock.
    pub(crate) fn look_at_clock(&mut self) {
        let (what, permission) = (Volatile::Clock, Permission::Clock);
        let declared = self.call.permissions.contains(&permission);
        let file = format!("scripts/{}.py", self.call.script.slug);
        let at = Frame { file, line: 7, column: None, function: "render".to_owned() };
        self.volatile.push(VolatileRead { what, declared, permission: Some(permission), at: Some(at) });
    }

    pub(crate) fn print(&mut self, text: &str) {
        self.host.print(text);
    }

    pub(crate) fn warn(&mut self, warning: &str) {
        self.warnings.push(warning.to_owned());
    }

    /// Says where it fails, if it does.
    pub(crate) fn stand_in(&mut self, file: &str, line: u32, function: &str) {
        self.frames.push(Frame { file: file.to_owned(), line, column: None, function: function.to_owned() });
    }
}
