// The same macro in Python that is compiled to WebAssembly: one interpreter, calls one after the other.
import { loadPyodide, version } from "pyodide";

const SOURCE = `
def render(context, post):
    count = int(context['params']['count'])
    return {'html': f'<p>{count}</p>'}
`;
const CALL = `
import json
def call(context, post):
    return json.dumps(render(json.loads(context), json.loads(post)))
`;

const row = (what, measured) => console.log(`${what.padEnd(44)} ${measured.padStart(12)}`);
const millis = (time) => `${time.toFixed(time < 10 ? 3 : 0)} ms`;
const timed = (run) => {
  const begun = performance.now();
  run();
  return performance.now() - begun;
};

console.log(`Pyodide ${version} in Node.js ${process.versions.node}`);
const begun = performance.now();
const pyodide = await loadPyodide();
row("cold start", millis(performance.now() - begun));

const context = JSON.stringify({ env: { isPreview: false, mainLanguage: "de", hook: "plain" }, params: { count: "5" } });
const post = JSON.stringify({ id: "post-1", title: "the title", tags: ["one", "two"], content: "text ".repeat(200) });
let call;
row("first run", millis(timed(() => {
  pyodide.runPython(SOURCE + CALL);
  call = pyodide.globals.get("call");
  JSON.parse(call(context, post));
})));

// As the app does it: the script is run anew for each call.
const rounds = [];
for (let round = 0; round < 5; round += 1) {
  const times = [];
  for (let index = 0; index < 1000; index += 1) {
    times.push(timed(() => {
      pyodide.runPython(SOURCE);
      JSON.parse(call(context, post));
    }));
  }
  times.sort((a, b) => a - b);
  rounds.push([times[500], times[950]]);
}
row("repeated call, p50 of the best round", millis(Math.min(...rounds.map(([p50]) => p50))));
row("repeated call, p95 of the best round", millis(Math.min(...rounds.map(([, p95]) => p95))));
row("memory", `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`);
process.exit(0);
