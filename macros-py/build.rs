#![expect(clippy::disallowed_methods, reason = "a build script writes what the build needs")]

//! Finds out, once, which Python this build is for: where its libpython lies (for the loader) and where its standard
//! library lies (for the interpreter).
//!
//! Link arguments of a library do not reach the binary that uses it. So the folder of libpython is handed on as
//! `DEP_BDS_MACROS_PY_RPATH`, and the build script of the binary makes a link argument of it (`engine/cli/build.rs`).

use std::fmt::Write as _;
use std::path::PathBuf;

/// Our own Python: the name of each module, and its file below `python/`, in the order in which a worker needs them.
/// What comes last is loaded when a script imports it.
const MODULES: [(&str, &str); 13] = [
    ("_bds_watching", "worker/watching.py"),
    ("_bds_finders", "worker/finders.py"),
    ("_bds_state", "worker/state.py"),
    ("_bds_packages", "worker/packages.py"),
    ("_bds_post", "worker/post.py"),
    ("_bds_words", "worker/words.py"),
    ("_bds_coroutines", "worker/coroutines.py"),
    ("_bds_volatile", "worker/volatile.py"),
    ("_bds_files", "worker/files.py"),
    ("_bds_bootstrap", "worker/bootstrap.py"),
    ("_bds_jobs", "worker/jobs.py"),
    ("bds_api", "bds_api/__init__.py"),
    ("bds_api.testing", "bds_api/testing.py"),
];

/// Compiles a file; the first four bytes say which versions of Python understand the rest.
const COMPILE: &str = "
import importlib.util, marshal, os
with open(os.environ['BDS_FILE'], encoding='utf-8') as file:
    code = compile(file.read(), os.environ['BDS_NAME'], 'exec', dont_inherit=True)
print((importlib.util.MAGIC_NUMBER + marshal.dumps(code)).hex())
";

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    compile_modules();
    let python = pyo3_build_config::get();
    let prefix = match python.executable() {
        Some(_) => python.run_python_script("import sys; print(sys.base_prefix)").unwrap_or_default(),
        None => String::new(),
    };
    println!("cargo::rerun-if-changed=python");
    println!("cargo::rustc-env=BDS_PYTHON_PREFIX={}", prefix.trim());
    println!("cargo::rustc-env=BDS_PYTHON_VERSION={}", version());
    println!("cargo::rustc-env=BDS_PYTHON_LIBDIR={}", python.lib_dir().unwrap_or_default());
    let rpath = match python.python_framework_prefix() {
        Some(framework) if !framework.is_empty() => Some(framework),
        _ if python.shared() => python.lib_dir(),
        _ => None,
    };
    if let Some(folder) = rpath {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{folder}");
        println!("cargo::metadata=rpath={folder}");
    }
}

/// The version that is built for: with all its parts, where there is a Python to ask.
fn version() -> String {
    let python = pyo3_build_config::get();
    let short = format!("{}.{}", python.version().major, python.version().minor);
    let ask = || python.run_python_script("import platform; print(platform.python_version())").ok();
    python.executable().and_then(|_| ask()).map_or(short, |version| version.trim().to_owned())
}

/// Writes `modules.rs`: a table of our own Python, source and compiled. Compiling takes longer than all the rest of a
/// worker's start.
fn compile_modules() {
    let python = pyo3_build_config::get();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("python");
    let mut table = format!("const MODULES: [Embedded; {}] = [\n", MODULES.len());
    for (name, file) in MODULES {
        let source = here.join(file);
        let shown = format!("<bds>/{file}");
        let environment = [("BDS_FILE", source.display().to_string()), ("BDS_NAME", shown.clone())];
        // Where there is no Python to ask, workers compile the source themselves.
        let code = match python.executable() {
            Some(_) => python.run_python_script_with_envs(COMPILE, environment).unwrap_or_default(),
            None => String::new(),
        };
        let source = source.to_str().expect("the sources lie at a place with a name that is text");
        let place = format!("{name}.code");
        std::fs::write(out.join(&place), bytes(code.trim())).expect("the build folder can be written");
        writeln!(
            table,
            "    Embedded {{ name: {name:?}, file: {shown:?}, source: include_str!({source:?}), \
             code: include_bytes!({place:?}) }},"
        )
        .expect("texts can be written to");
    }
    table.push_str("];\n");
    std::fs::write(out.join("modules.rs"), table).expect("the build folder can be written");
}

/// What hexadecimal digits stand for; nothing when they are none.
fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
    bytes.unwrap_or_default()
}
