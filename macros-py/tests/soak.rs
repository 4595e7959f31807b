//! Many calls with faults in between leave nothing behind. In a process of their own: descriptors are counted.
#![expect(clippy::disallowed_methods, reason = "tests lay out their projects themselves")]

#[path = "macros/project.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod project;

use std::sync::Mutex;
use std::time::Duration;

use project::{Answers, Project, allowed, call, html, limited};
use serde_json::json;

/// The tests run one after the other.
static ALONE: Mutex<()> = Mutex::new(());

/// What calls do, and how many of a thousand do it; the rest asks for a long list, which most workers have already.
const KINDS: [(u64, &str); 13] = [
    (400, "def render(context, post):\n    return {'html': post['title'] * 1000}\n"),
    (200, "import helper\ndef render(context, post):\n    return {'html': helper.shout(post['title'])}\n"),
    (
        100,
        "async def render(context, post):\n    import asyncio\n    await asyncio.sleep(0)\n    return {'html': ''}\n",
    ),
    (60, "def render(context, post):\n    raise ValueError\n"),
    (60, "def render(context, post):\n    print('x' * 5000)\n    return {'html': post['content']}\n"),
    (20, "def render(context\n"),
    (20, "def render(context, post):\n    open('/etc/passwd')\n"),
    (20, "def render(context, post):\n    return {'html': None}\n"),
    (4, "import os\ndef render(context, post):\n    os._exit(1)\n"),
    (3, "def render(context, post):\n    return {'html': str(sum(range(10**12)))}\n"),
    (3, "def render(context, post):\n    while True: pass\n"),
    (3, "import threading\ndef render(context, post):\n    threading.Event().wait()\n"),
    (3, "def render(context, post):\n    return {'html': [0] * 10**10}\n"),
];

const LISTS: &str = "from bds_api import site
def render(context, post):
    return {'html': str(len(site.posts.get_all()))}
";

/// How many calls there are: a few thousand, or as many as `BDS_SOAK` says (`BDS_SOAK=100000`).
fn calls() -> u64 {
    std::env::var("BDS_SOAK").ok().and_then(|count| count.parse().ok()).unwrap_or(3000)
}

/// Anything that a script can end in, in an order that is random and always the same.
#[test]
#[expect(clippy::print_stdout, reason = "the figures of a long run are its result")]
fn calls_with_faults_leave_nothing_behind() {
    let _alone = ALONE.lock();
    let project = Project::with(|config| config.grace = Duration::from_millis(20));
    project.write("scripts/helper.py", "def shout(text):\n    return text.upper()\n");
    let kinds = KINDS.map(|(_, source)| limited(call("soak", source), |limits| limits.timeout_ms = 200));
    let lists = call("lists", LISTS);
    let long: Vec<_> = (0..20).map(|list| json!(vec![format!("post {list}"); 2000])).collect();
    let count = calls();
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut run = |count: u64| {
        let mut killed = 0;
        for _ in 0..count {
            let mut ticket = random.below(1000);
            let kind = KINDS.iter().position(|(share, _)| {
                let is_it = ticket < *share;
                ticket = ticket.saturating_sub(*share);
                is_it
            });
            // With so little time, whether it was enough depends on the machine; what is left behind does not.
            let outcome = if let Some(kind) = kind {
                project.run(&kinds[kind], &mut Answers::default())
            } else {
                let list = &long[usize::try_from(random.below(20)).unwrap_or_default()];
                project.run(&lists, &mut Answers::with(|_| Some(Ok(list.clone()))))
            };
            killed += u64::from(outcome.usage.killed);
            assert!(project.runtime.worker_count() <= 1);
        }
        killed
    };
    let begun = std::time::Instant::now();
    let mut killed = run(count / 5);
    let before = Left::now();
    killed += run(count - count / 5);
    let after = Left::now();
    println!("{count} calls in {:.1} s, {killed} kills: {before:?} became {after:?}", begun.elapsed().as_secs_f64());
    project.runtime.stop_workers();
    assert_eq!((project.runtime.worker_count(), Left::now().processes), (0, 0), "no worker and no zombie");
    assert!(after.processes <= 1 && after.descriptors <= before.descriptors + 2, "{before:?} became {after:?}");
    assert!(after.kilobytes <= before.kilobytes + before.kilobytes / 10 + 4096, "{before:?} became {after:?}");
    assert!(after.kilobytes_of_workers <= 120_000, "{before:?} became {after:?}");
}

/// Numbers that look random (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// What this process holds; 0 where that is not known.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    kilobytes: u64,
    kilobytes_of_workers: u64,
    descriptors: usize,
    processes: usize,
}

impl Left {
    fn now() -> Self {
        let children = children();
        Self {
            kilobytes: kilobytes("self"),
            kilobytes_of_workers: children.iter().map(|id| kilobytes(id)).sum(),
            descriptors: std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count),
            processes: children.len(),
        }
    }
}

/// The resident memory of a process.
fn kilobytes(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// The processes that this one started and that are not gone, ended ones too.
fn children() -> Vec<String> {
    let parent = format!("PPid:\t{}", std::process::id());
    let names =
        std::fs::read_dir("/proc").into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_ours = |id: &String| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        status.lines().any(|line| line == parent)
    };
    names.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).filter(is_ours).collect()
}

/// A worker that is not replaced does not grow: neither by what calls leave in it, nor by what it keeps of scripts.
#[test]
#[cfg(target_os = "linux")]
fn a_worker_does_not_grow() {
    let _alone = ALONE.lock();
    let project = Project::new();
    let memory = "def render(context, post):
    pages = open('/proc/self/statm').read().split()[1]
    return {'html': pages}
";
    let memory = allowed(call("memory", memory), &["read:/proc/self"]);
    let pages = || html(project.run(&memory, &mut Answers::default())).parse::<usize>().expect("a number");
    let fill = |rounds: usize| {
        for round in 0..rounds {
            let source = format!(
                "import json\n# {round}\ndef render(context, post):\n    x = ['y' * 1000]\n    x.append(x)\n    return {{'html': post['title']}}\n"
            );
            let mut call = call("grows", &source);
            call.permissions.clone_from(&memory.permissions);
            project.run(&call, &mut Answers::default()).result.expect("it succeeds");
        }
    };
    fill(500);
    let before = pages();
    fill(3000);
    let after = pages();
    assert!(after <= before + before / 10, "{before} pages became {after}");
    assert_eq!(project.runtime.worker_count(), 1);
}
