//! The scripts of a project with their code, as they are run and checked.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bds_base::{Diagnostic, Fingerprint, SitePath, System};
use bds_macro_api::{Script as Code, ScriptOrigin};
use bds_project::layout::{self, SourceKind};
use bds_project::script::{self, Script, ScriptFile, ScriptKind};

/// All scripts of a project, and the modules that they share.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    /// Sorted by slug.
    pub scripts: Vec<Source>,
    /// Files that cannot be read, and what is wrong with the metadata of the others.
    pub diagnostics: Vec<Diagnostic>,
}

/// A script with its code.
#[derive(Debug, Clone)]
pub struct Source {
    /// What its metadata says.
    pub script: Arc<Script>,
    /// Its code, as a runtime takes it.
    pub code: Arc<Code>,
}

impl Source {
    /// Whether it is a module without metadata of its own.
    pub fn is_module(&self) -> bool {
        !self.script.head.has_metadata
    }
}

impl Collection {
    /// Reads them from the disk.
    pub fn read(root: &Path, system: &dyn System) -> Self {
        let mut diagnostics = Vec::new();
        let mut texts: Vec<(SitePath, Arc<str>, Arc<script::ScriptHead>)> = Vec::new();
        for file in system.walk(&root.join(layout::SCRIPTS)).files {
            let Ok(path) = SitePath::from_root(root, &file.path) else { continue };
            if layout::classify(&path) != Some(SourceKind::Script) {
                continue;
            }
            match text(&path, &file.path, system) {
                Ok(text) => {
                    let parsed = script::parse(&path, &text);
                    let ScriptFile { head, .. } = parsed.value;
                    diagnostics.extend(parsed.diagnostics);
                    texts.push((path, text, head));
                }
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
        let resolved = script::resolve(texts.iter().map(|(path, _, head)| (path.clone(), head.clone())));
        diagnostics.extend(resolved.diagnostics);
        diagnostics.sort();
        let texts: BTreeMap<_, _> = texts.iter().map(|(path, text, _)| (path, text)).collect();
        let code_of = |path: &SitePath| texts.get(path).map(|text| Arc::clone(text));
        let source =
            |script: Arc<Script>| Source { code: code(&script, code_of(&script.path).unwrap_or_default()), script };
        Self { scripts: resolved.scripts.into_iter().map(source).collect(), diagnostics }
    }

    /// The script that a name means: its slug, whatever its case, its id, or its file.
    pub fn find(&self, name: &str) -> Option<&Source> {
        let slug = script::slug(name);
        let is_file = |script: &Script| script.path.as_str() == name;
        let by = |test: &dyn Fn(&Script) -> bool| self.scripts.iter().find(|source| test(&source.script));
        by(&|script| *script.slug == *slug && !name.contains('/'))
            .or_else(|| by(&|script| *script.id == *name || is_file(script)))
    }

    /// The slugs of the scripts of a kind, for suggestions.
    pub fn slugs(&self, kind: Option<ScriptKind>) -> Vec<&str> {
        let fits = |source: &&Source| kind.is_none_or(|kind| source.script.head.kind == kind && !source.is_module());
        self.scripts.iter().filter(fits).map(|source| &*source.script.slug).collect()
    }
}

fn text(path: &SitePath, file: &Path, system: &dyn System) -> Result<Arc<str>, Box<Diagnostic>> {
    let bytes = system.read(file).map_err(|error| {
        let message = format!("the script cannot be read: {error}");
        Box::new(Diagnostic::error(crate::examine::codes::SCRIPT_UNREADABLE, message).in_file(path))
    })?;
    bds_project::decode(path, &bytes).map(Arc::from)
}

fn code(script: &Script, text: Arc<str>) -> Arc<Code> {
    Arc::new(Code {
        slug: script.slug.to_string(),
        id: Some(script.id.to_string()),
        origin: ScriptOrigin::Project(script.path.clone()),
        fingerprint: Fingerprint::of(text.as_bytes()),
        source: text,
    })
}
