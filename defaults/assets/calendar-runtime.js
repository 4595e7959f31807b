/* calendar-runtime.js, version 1: the calendar in the menu. Its days, months and years lead to the archives; which of them
   have posts stands in /calendar.json: { years: { "2026": 3 }, months: { "2026-03": 3 }, days: { "2026-03-13": 1 } }. */
(() => {
  "use strict";

  const toggle = document.querySelector("[data-blog-calendar-toggle]");
  const panel = document.querySelector("[data-blog-calendar-panel]");
  if (!toggle || !panel) return;
  const root = panel.querySelector("[data-blog-calendar-root]");
  const status = panel.querySelector("[data-blog-calendar-status]");
  const close = panel.querySelector("[data-blog-calendar-close]");

  const html = document.documentElement;
  const prefix = html.dataset.languagePrefix || "";
  const locale = supported(html.lang);
  const words = document.body.dataset;
  const firstWeekday = weekStart();
  let counts = null;
  let months = [];
  let shown = "";

  toggle.addEventListener("click", () => (panel.hidden ? open() : shut()));
  if (close) close.addEventListener("click", () => shut(true));
  document.addEventListener("click", (event) => {
    const path = event.composedPath();
    if (!panel.hidden && !path.includes(panel) && !path.includes(toggle)) shut();
  });
  panel.addEventListener("keydown", onKey);

  async function open() {
    panel.hidden = false;
    toggle.setAttribute("aria-expanded", "true");
    if (close) close.focus();
    if (counts) return;
    say(panel.dataset.i18nLoading);
    try {
      const answer = await fetch("/calendar.json");
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      counts = await answer.json();
    } catch {
      say(panel.dataset.i18nError);
      return;
    }
    say("");
    months = span(Object.keys(counts.months || {}).sort());
    const wanted = `${toggle.dataset.blogCalendarYear}-${pad(toggle.dataset.blogCalendarMonth)}`;
    draw(months.includes(wanted) ? wanted : months[months.length - 1]);
  }

  function shut(refocus) {
    panel.hidden = true;
    toggle.setAttribute("aria-expanded", "false");
    if (refocus) toggle.focus();
  }

  function say(text) {
    if (status) status.textContent = text || "";
  }

  /* Every month from the first with posts to the last. */
  function span(withPosts) {
    if (!withPosts.length) return [];
    const all = [];
    const last = withPosts[withPosts.length - 1];
    let [year, month] = withPosts[0].split("-").map(Number);
    for (let key = withPosts[0]; key <= last && all.length < 6000; key = `${String(year).padStart(4, "0")}-${pad(month)}`) {
      all.push(key);
      month += 1;
      if (month > 12) [year, month] = [year + 1, 1];
    }
    return all;
  }

  function draw(key, focus) {
    if (!key || !root) return;
    shown = key;
    root.replaceChildren(head(), grid(), links());
    const target = focus && root.querySelector(focus);
    if (target) (target.disabled ? root.querySelector("select") : target).focus();
  }

  function head() {
    const at = months.indexOf(shown);
    const title = make("div", { class: "bds-calendar-title" });
    const [year, month] = shown.split("-");
    const ofYear = months.filter((key) => key.startsWith(`${year}-`));
    title.append(
      choice("month", ofYear.map((key) => [key, monthName(key, { month: "long" })]), shown, (key) => key),
      choice("year", [...new Set(months.map((key) => key.slice(0, 4)))].map((each) => [each, each]), year,
        (each) => nearest(`${each}-${month}`)),
    );
    const row = make("div", { class: "bds-calendar-head" });
    row.append(
      step("bds-calendar-previous", words.i18nCalendarPrevious || "Previous month", "‹", months[at - 1]),
      title,
      step("bds-calendar-next", words.i18nCalendarNext || "Next month", "›", months[at + 1]),
    );
    return row;
  }

  function nearest(key) {
    if (months.includes(key)) return key;
    return key < months[0] ? months[0] : months[months.length - 1];
  }

  function choice(field, options, value, month) {
    const name = `bds-calendar-${field}`;
    const label = Intl.DisplayNames ? new Intl.DisplayNames(locale, { type: "dateTimeField" }).of(field) : field;
    const select = make("select", { class: name, "aria-label": label });
    for (const [key, text] of options) select.append(new Option(text, key, key === value, key === value));
    select.addEventListener("change", () => draw(month(select.value), `.${name}`));
    return select;
  }

  function step(name, label, sign, key) {
    const button = make("button", { class: `bds-calendar-step ${name}`, type: "button", "aria-label": label, title: label });
    button.textContent = sign;
    button.disabled = !key;
    button.addEventListener("click", () => draw(key, `.${name}`));
    return button;
  }

  function grid() {
    const table = make("table", { class: "bds-calendar-grid" });
    const headRow = make("tr");
    for (let day = 0; day < 7; day += 1) {
      const date = new Date(Date.UTC(2024, 0, 1 + ((firstWeekday + day) % 7)));
      const cell = make("th", { scope: "col", abbr: format(date, { weekday: "long" }) });
      cell.textContent = format(date, { weekday: "short" });
      headRow.append(cell);
    }
    table.append(make("thead"), make("tbody"));
    table.tHead.append(headRow);
    const [year, month] = shown.split("-").map(Number);
    const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const offset = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6 - firstWeekday + 7) % 7;
    for (let first = 1 - offset; first <= days; first += 7) {
      const row = make("tr");
      for (let day = first; day < first + 7; day += 1) row.append(day >= 1 && day <= days ? dayCell(day) : make("td"));
      table.tBodies[0].append(row);
    }
    return table;
  }

  function dayCell(day) {
    const key = `${shown}-${pad(day)}`;
    const count = (counts.days || {})[key];
    const cell = make("td");
    const inner = count ? make("a", { href: archive(key) }) : make("span");
    if (count) inner.setAttribute("aria-label", `${format(new Date(`${key}T00:00:00Z`), { dateStyle: "long" })}: ${count}`);
    if (key === today()) inner.setAttribute("aria-current", "date");
    inner.textContent = String(day);
    cell.append(inner);
    return cell;
  }

  function links() {
    const line = make("p", { class: "bds-calendar-links" });
    const year = shown.slice(0, 4);
    for (const [key, text, count] of [
      [shown, monthName(shown, { month: "long", year: "numeric" }), (counts.months || {})[shown]],
      [year, year, (counts.years || {})[year]],
    ]) {
      if (!count) continue;
      const link = make("a", { href: archive(key) });
      const number = make("small");
      link.textContent = text;
      number.textContent = ` ${count}`;
      number.title = words.i18nCalendarPosts || "Posts";
      const item = make("span");
      item.append(link, number);
      line.append(item);
    }
    return line;
  }

  /* Escape closes, Page Up and Page Down turn the months, arrows go from day to day that has posts. */
  function onKey(event) {
    const at = months.indexOf(shown);
    const days = root ? [...root.querySelectorAll(".bds-calendar-grid a")] : [];
    const day = days.indexOf(document.activeElement);
    const moves = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
    if (event.key === "Escape") shut(true);
    else if (event.key === "PageUp" && months[at - 1]) draw(months[at - 1], ".bds-calendar-previous");
    else if (event.key === "PageDown" && months[at + 1]) draw(months[at + 1], ".bds-calendar-next");
    else if (day >= 0 && moves[event.key]) (days[day + moves[event.key]] || days[day]).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function archive(key) {
    return `${prefix}/${key.replaceAll("-", "/")}/`;
  }

  function monthName(key, options) {
    return format(new Date(`${key}-01T00:00:00Z`), options);
  }

  function format(date, options) {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(date);
  }

  function today() {
    const now = new Date();
    return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  }

  function supported(language) {
    try {
      return Intl.getCanonicalLocales(language)[0] || "en";
    } catch {
      return "en";
    }
  }

  /* The first day of the week as people of this language count, Monday being 0. */
  function weekStart() {
    try {
      const about = new Intl.Locale(locale);
      const info = about.getWeekInfo ? about.getWeekInfo() : about.weekInfo;
      if (info && about.region) return info.firstDay - 1;
    } catch { /* an old browser: Monday, as ISO 8601 has it */ }
    return 0;
  }

  function pad(number) {
    return String(number).padStart(2, "0");
  }

  function make(name, attributes) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
    return element;
  }
})();
