//! What counts of instructions depend on, apart from our code.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// The machine and the tools that counts were taken with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Environment {
    /// The compiler, with the target that it compiles for.
    rustc: String,
    /// The compiler of the libraries that are in C.
    cc: String,
    libc: String,
    python: String,
    valgrind: String,
    /// What the processor can do of what libraries choose their code by.
    processor: Vec<String>,
}

/// The version of valgrind; none when there is none.
pub(super) fn valgrind() -> Option<String> {
    first_line("valgrind", &["--version"])
}

impl Environment {
    /// That of this machine and this binary.
    pub(super) fn of(bds: &Path, valgrind: String) -> anyhow::Result<Self> {
        let rustc = all_lines("rustc", &["--version", "--verbose"]).context("rustc is not there")?;
        let field =
            |name: &str| rustc.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("?").trim().to_owned();
        let doctor = Command::new(bds).arg("doctor").current_dir(std::env::temp_dir()).stdin(Stdio::null()).output()?;
        let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
        let python = doctor.lines().find(|line| line.starts_with("Python ")).unwrap_or("?");
        Ok(Self {
            rustc: format!("{} {}", field("release:"), field("host:")),
            cc: first_line("cc", &["--version"]).unwrap_or_default(),
            libc: first_line("ldd", &["--version"]).unwrap_or_default(),
            python: python
                .split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
                .trim_end_matches([',', ':'])
                .to_owned(),
            valgrind,
            processor: processor(),
        })
    }

    /// What differs from another one, in words.
    pub(super) fn differences(&self, other: &Self) -> Vec<String> {
        let pairs = [
            (&self.rustc, &other.rustc),
            (&self.cc, &other.cc),
            (&self.libc, &other.libc),
            (&self.python, &other.python),
            (&self.valgrind, &other.valgrind),
            (&self.processor.join(" "), &other.processor.join(" ")),
        ];
        pairs.iter().filter(|(own, other)| own != other).map(|(own, other)| format!("{own}, not {other}")).collect()
    }
}

/// valgrind shows programs a processor like the one that it runs on, so that libraries choose their code as they do without it.
#[cfg(target_arch = "x86_64")]
fn processor() -> Vec<String> {
    let features = [
        ("sse4.2", std::arch::is_x86_feature_detected!("sse4.2")),
        ("avx", std::arch::is_x86_feature_detected!("avx")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("bmi2", std::arch::is_x86_feature_detected!("bmi2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
        ("rdrand", std::arch::is_x86_feature_detected!("rdrand")),
        ("ermsb", std::arch::is_x86_feature_detected!("ermsb")),
    ];
    features.iter().filter(|(_, has)| *has).map(|(name, _)| (*name).to_owned()).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn processor() -> Vec<String> {
    Vec::new()
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    all_lines(program, arguments)?.lines().next().map(str::to_owned)
}

fn all_lines(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
