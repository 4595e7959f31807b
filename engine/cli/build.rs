//! Lets the binary find, when it runs, the libpython that it was built with. Which one that is, the build script of
//! `bds-macros-py` found out.

fn main() {
    println!("cargo::rerun-if-env-changed=DEP_BDS_MACROS_PY_RPATH");
    if let Ok(folder) = std::env::var("DEP_BDS_MACROS_PY_RPATH") {
        println!("cargo::rustc-link-arg-bins=-Wl,-rpath,{folder}");
    }
}
