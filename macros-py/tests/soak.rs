//! Many calls with faults in between leave nothing behind. In a process of their own: descriptors are counted.
#![expect(clippy::disallowed_methods, reason = "tests lay out their projects themselves")]

#[path = "macros/project.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod project;

use std::sync::Mutex;
use std::time::Duration;

use project::{Answers, Project, allowed, call, html, limited};

/// The tests run one after the other.
static ALONE: Mutex<()> = Mutex::new(());

/// Everything that a script can end in, over and over on one thread.
#[test]
fn calls_with_faults_leave_no_worker_and_no_descriptor_behind() {
    let _alone = ALONE.lock();
    let project = Project::with(|config| config.grace = Duration::from_millis(20));
    let sources = [
        "def render(context, post):\n    return {'html': post['title'] * 1000}\n",
        "def render(context, post):\n    raise ValueError\n",
        "import os\ndef render(context, post):\n    os._exit(1)\n",
        "def render(context, post):\n    return {'html': str(sum(range(10**12)))}\n",
        "def render(context\n",
        "import threading\ndef render(context, post):\n    threading.Event().wait()\n",
        "def render(context, post):\n    return {'html': [0] * 10**10}\n",
    ];
    let calls = sources.map(|source| limited(call("soak", source), |limits| limits.timeout_ms = 20));
    let round = || {
        for call in &calls {
            // With so little time, whether it was enough depends on the machine; what is left behind does not.
            let _ = project.run(call, &mut Answers::default());
        }
    };
    round();
    let before = descriptors();
    for _ in 0..15 {
        round();
        assert!(project.runtime.worker_count() <= 1);
    }
    project.runtime.stop_workers();
    assert_eq!(project.runtime.worker_count(), 0);
    assert!(descriptors() <= before, "{} of {before}", descriptors());
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

/// How many descriptors this process holds; 0 where that is not known.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}
