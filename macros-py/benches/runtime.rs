//! How quick the runtime is, as one table: `cargo bench --package bds-macros-py`, or `cargo xtask bench --runtime`, which
//! puts the WebAssembly baseline beside it; `-- lists` measures only that. Each figure is that of the best of several rounds: other work on the machine
//! can only make it worse.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark lays out its project and prints")]

#[path = "../tests/macros/project.rs"]
#[expect(dead_code, reason = "shared with the tests")]
mod project;

use std::time::{Duration, Instant};

use bds_macro_api::{Answer, Host, HostError, HostRequest, MacroCall};
use project::{Answers, Project, call, html, limited};
use serde_json::json;

const ROUNDS: usize = 5;

const PLAIN: &str = "def render(context, post):
    count = int(context['params']['count'])
    return {'html': f'<p>{count}</p>'}
";

const IMPORTS: &str = "import tools
def render(context, post):
    return {'html': f'<p>{tools.count(context[\"params\"][\"count\"])}</p>'}
";

const ASKS: &str = "from bds_api import site
def render(context, post):
    for _ in range(2000):
        site.posts.get('p')
    return {'html': ''}
";

const LISTS: &str = "from bds_api import site
def render(context, post):
    return {'html': str(len(site.posts.get_all()['items']))}
";

const HANGS: &str = "def render(context, post):\n    return {'html': str(sum(range(10**12)))}\n";

fn main() {
    println!("{:<44} {:>12} {:>12}", "the best of several rounds", "measured", "mark");
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let parts: [(&str, fn()); 7] = [
        ("starts", starts),
        ("calls", calls),
        ("modules", modules),
        ("threads", threads),
        ("requests", requests),
        ("lists", lists),
        ("kills", kills),
    ];
    for (name, part) in parts {
        if wanted.as_ref().is_none_or(|wanted| wanted == name) {
            part();
        }
    }
}

fn row(what: &str, measured: &str, mark: &str) {
    println!("{what:<44} {measured:>12} {mark:>12}");
}

fn micros(time: Duration) -> String {
    format!("{:.1} us", time.as_secs_f64() * 1e6)
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// The time below which this share of the times lies.
fn percentile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let index = (times.len() as f64 * share) as usize;
    times[index.min(times.len() - 1)]
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let result = run();
    (begun.elapsed(), result)
}

/// The least of several measurements.
fn best(rounds: usize, measure: impl FnMut() -> Duration) -> Duration {
    std::iter::repeat_with(measure).take(rounds).min().unwrap_or_default()
}

fn run(project: &Project, call: &MacroCall) -> String {
    html(project.run(call, &mut Answers::default()))
}

fn starts() {
    let plain = call("plain", PLAIN);
    let mut times: Vec<_> = (0..30).map(|_| timed(|| run(&Project::new(), &plain)).0).collect();
    row("worker start and first call, best", &millis(percentile(&mut times, 0.0)), "15 ms");
    row("worker start and first call, p50", &millis(percentile(&mut times, 0.5)), "");
}

fn calls() {
    let (project, plain) = (Project::new(), call("plain", PLAIN));
    let round = || (0..20_000).map(|_| timed(|| run(&project, &plain)).0).collect::<Vec<_>>();
    let mut rounds: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    let mut best = |share| rounds.iter_mut().map(|times| percentile(times, share)).min().unwrap_or_default();
    row("call on a pinned pair, p50", &micros(best(0.5)), "25 us");
    row("call on a pinned pair, p95", &micros(best(0.95)), "40 us");
}

fn modules() {
    let project = Project::new();
    project.write("scripts/tools.py", "import json\n\nNAMES = ['a', 'b']\n\ndef count(text):\n    return int(text)\n");
    let imports = call("imports", IMPORTS);
    let round = || (0..10_000).map(|_| timed(|| run(&project, &imports)).0).collect::<Vec<_>>();
    let mut rounds: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    let best = rounds.iter_mut().map(|times| percentile(times, 0.5)).min().unwrap_or_default();
    row("call that imports a module, p50", &micros(best), "");
}

fn threads() {
    const CALLS: u32 = 40_000;
    let (project, plain) = (Project::new(), call("plain", PLAIN));
    let mut middle = Duration::MAX;
    let round = || {
        let barrier = std::sync::Barrier::new(3);
        std::thread::scope(|scope| {
            let measure = || {
                run(&project, &plain);
                barrier.wait();
                let times: Vec<_> = (0..CALLS / 2).map(|_| timed(|| run(&project, &plain)).0).collect();
                barrier.wait();
                times
            };
            let threads = [scope.spawn(measure), scope.spawn(measure)];
            barrier.wait();
            let whole = timed(|| barrier.wait()).0;
            let times = threads.into_iter().flat_map(|thread| thread.join().expect("it does not panic"));
            middle = middle.min(percentile(&mut times.collect::<Vec<_>>(), 0.5));
            whole
        })
    };
    let rate = f64::from(CALLS) / best(ROUNDS, round).as_secs_f64();
    row("calls on two threads", &format!("{rate:.0} /s"), "80000 /s");
    // Where the machine does something else meanwhile, this still tells whether the two stand in each other's way.
    row("call while another thread calls, p50", &micros(middle), "25 us");
}

/// Notes when it is asked.
struct Stopwatch {
    answer: Answer,
    asked: Vec<Instant>,
}

impl Host for Stopwatch {
    fn request(&mut self, _: HostRequest) -> Result<Answer, HostError> {
        self.asked.push(Instant::now());
        Ok(self.answer.clone())
    }

    fn print(&mut self, _: &str) {}
}

fn requests() {
    let (project, asks) = (Project::new(), call("asks", ASKS));
    let round = || {
        let mut host = Stopwatch { answer: Answer::new(json!({"title": "A post", "tags": ["a"]})), asked: Vec::new() };
        html(project.run(&asks, &mut host));
        let mut times: Vec<_> = host.asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
        percentile(&mut times, 0.5)
    };
    row("host request, p50", &micros(best(ROUNDS, round)), "30 us");
}

fn lists() {
    let post = |index: usize| {
        json!({
            "id": format!("00000000-0000-4000-8000-{index:012}"), "projectId": "default", "title": format!("Post {index}"),
            "slug": format!("post-{index}"), "excerpt": null, "content": "", "status": "published", "author": "A. N.",
            "createdAt": "2024-05-01T10:00:00.000Z", "updatedAt": "2024-05-01T10:00:00.000Z",
            "publishedAt": "2024-05-01T10:00:00.000Z", "tags": ["one", "two", "three"], "categories": ["article"],
        })
    };
    let answer = Answer::new(json!({"items": (0..10_000).map(post).collect::<Vec<_>>(), "hasMore": false}));
    let lists = call("lists", LISTS);
    let (mut first, mut second) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let project = Project::new();
        run(&project, &call("plain", PLAIN));
        let measure = || {
            let mut host = Stopwatch { answer: answer.clone(), asked: Vec::new() };
            timed(|| html(project.run(&lists, &mut host))).0
        };
        first = first.min(measure());
        second = second.min(best(3, measure));
    }
    row("list of 10,000 posts, first time", &millis(first), "");
    row("list of 10,000 posts, again", &millis(second), "");
}

fn kills() {
    let (limit, grace) = (Duration::from_millis(50), Duration::from_millis(50));
    let project = Project::with(|config| config.grace = grace);
    let hangs = limited(call("hangs", HANGS), |limits| limits.timeout_ms = 50);
    let plain = call("plain", PLAIN);
    run(&project, &plain);
    let (mut late, mut replaced) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let (took, outcome) = timed(|| project.run(&hangs, &mut Answers::default()));
        assert!(outcome.usage.killed, "{outcome:?}");
        late.push(took.saturating_sub(limit + grace));
        replaced.push(timed(|| run(&project, &plain)).0);
    }
    row("kill beyond limit and grace, p50", &millis(percentile(&mut late, 0.5)), "5 ms");
    row("kill beyond limit and grace, max", &millis(percentile(&mut late, 1.0)), "");
    row("next call after a kill, p50", &millis(percentile(&mut replaced, 0.5)), "30 ms");
    row("next call after a kill, max", &millis(percentile(&mut replaced, 1.0)), "");
}
