//! A worker and nothing else: what the tests of this crate start. The binary `bds` is its own worker.

fn main() -> std::process::ExitCode {
    bds_macros_py::worker_main(std::env::args_os().skip(1))
}
