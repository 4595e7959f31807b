//! Finds out, once, which Python this build is for: where its libpython lies (for the loader) and where its standard
//! library lies (for the interpreter).
//!
//! Link arguments of a library do not reach the binary that uses it. So the folder of libpython is handed on as
//! `DEP_BDS_MACROS_PY_RPATH`, and the build script of the binary makes a link argument of it (`engine/cli/build.rs`).

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    let python = pyo3_build_config::get();
    let prefix = match python.executable() {
        Some(_) => python.run_python_script("import sys; print(sys.base_prefix)").unwrap_or_default(),
        None => String::new(),
    };
    println!("cargo::rustc-env=BDS_PYTHON_PREFIX={}", prefix.trim());
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
