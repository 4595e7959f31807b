//! Lets `parity`, which runs macros, find the libpython that it was built with. Which one that is, the build script of
//! `bds-macros-py` found out.

fn main() {
    println!("cargo::rerun-if-env-changed=DEP_BDS_MACROS_PY_RPATH");
    if let Ok(folder) = std::env::var("DEP_BDS_MACROS_PY_RPATH") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{folder}");
    }
}
