//! Runs a file of recorded cases and prints those that differ: `cargo run --example parity FILE`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a tool for developers")]

fn main() {
    let file = std::env::args().nth(1).expect("a file of cases");
    let text = std::fs::read_to_string(file).expect("readable");
    let results = bds_liquid::conformance::run(&text).expect("a file of cases");
    for case in results.iter().filter(|case| !case.passed) {
        println!("{}\n  expected {:?}\n  actual   {:?}", case.name, case.expected, case.actual);
    }
    println!("{}/{}", results.iter().filter(|case| case.passed).count(), results.len());
}
