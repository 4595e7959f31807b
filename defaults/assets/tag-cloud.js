/* tag-cloud.js, version 1: arranges the words of a tag cloud in its svg, the heaviest in the middle.

   The words stand in data-tag-cloud-words as [{ text, size, count, url }]; data-orientation is horizontal, mixed-hv or
   mixed-diagonal. The same words in the same width always give the same picture: nothing here is left to chance. */
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const PADDING = 4;
  const SQUARE = 32;
  const context = document.createElement("canvas").getContext("2d");

  for (const cloud of document.querySelectorAll("[data-tag-cloud]")) start(cloud);

  function start(cloud) {
    const svg = cloud.querySelector("svg");
    const words = read(cloud.dataset.tagCloudWords);
    if (!svg || !words.length) return;
    svg.setAttribute("role", "group");
    let drawnWidth = 0;
    const draw = () => {
      const width = Math.round(Math.min(Number(cloud.dataset.width) || 900, cloud.clientWidth));
      if (width < 1 || Math.abs(width - drawnWidth) < 8) return;
      drawnWidth = width;
      const layout = arrange(words, cloud.dataset.orientation, width, Number(cloud.dataset.height) || 420, font(svg));
      show(svg, layout);
    };
    draw();
    new ResizeObserver(draw).observe(cloud);
  }

  function read(text) {
    try {
      const words = JSON.parse(text);
      return Array.isArray(words) ? words.filter((word) => word.text && word.size > 0 && word.size < 1000) : [];
    } catch {
      return [];
    }
  }

  function font(svg) {
    const style = getComputedStyle(svg);
    return (size) => `600 ${size}px ${style.fontFamily}`;
  }

  /* Tries sizes from great to small, then lets the picture grow: no word is ever left out. */
  function arrange(words, orientation, width, height, fontOf) {
    context.font = fontOf(100);
    const lengths = words.map((word) => context.measureText(word.text).width / 100);
    const narrow = Math.min(1, 0.55 + width / 1400);
    let scale = narrow * 1.5;
    let room = Math.max(height, 160);
    for (;;) {
      const placed = place(words, lengths, orientation, width, room, scale);
      if (placed) return { placed, width, ...extent(placed) };
      if (scale > narrow * 0.72) scale *= 0.93;
      else room *= 1.15;
    }
  }

  /* From the highest word to the lowest. */
  function extent(placed) {
    const top = Math.min(...placed.map((each) => each.y - each.reachY)) - PADDING;
    const bottom = Math.max(...placed.map((each) => each.y + each.reachY)) + PADDING;
    return { top, height: bottom - top };
  }

  function place(words, lengths, orientation, width, height, scale) {
    const boxes = words.map((word, index) => box(word, lengths[index], angleOf(index, orientation), width, scale));
    const area = boxes.reduce((sum, each) => sum + 4 * each.halfWidth * each.halfHeight, 0);
    if (area > width * height * (words.length < 60 ? 0.8 : 0.6)) return null;
    const taken = new Map();
    let radius = 0;
    for (const each of boxes) {
      radius = settle(each, taken, width, height, radius * 0.6);
      if (radius < 0) return null;
      take(each, taken);
    }
    return boxes;
  }

  /* Words that have their place are found by the squares of the picture that they touch. */
  function take(each, taken) {
    for (const key of squares(each)) {
      if (!taken.has(key)) taken.set(key, []);
      taken.get(key).push(each);
    }
  }

  function isFree(each, taken) {
    for (const key of squares(each)) {
      const others = taken.get(key);
      if (others && others.some((other) => collide(each, other))) return false;
    }
    return true;
  }

  function* squares(each) {
    const at = (value) => Math.floor(value / SQUARE);
    for (let x = at(each.x - each.reachX); x <= at(each.x + each.reachX); x += 1) {
      for (let y = at(each.y - each.reachY); y <= at(each.y + each.reachY); y += 1) yield x * 4096 + y;
    }
  }

  /* A word wider than the picture lies flat and shrinks. */
  function box(word, unitLength, angle, width, scale) {
    let size = Math.max(word.size * scale, 11);
    let length = unitLength * size;
    if (length > width * 0.92) {
      size *= (width * 0.92) / length;
      length = width * 0.92;
      angle = 0;
    }
    return { word, size, angle, halfWidth: length / 2 + PADDING, halfHeight: size * 0.56 + PADDING / 2, x: 0, y: 0 };
  }

  /* The heaviest word lies flat; after it, angles in a fixed order. */
  function angleOf(index, orientation) {
    const turns = { "mixed-hv": [0, 90, 0, 0, 90], "mixed-diagonal": [0, -45, 45, 0, 45, -45] }[orientation];
    return turns && index > 0 ? turns[index % turns.length] : 0;
  }

  /* Goes outward on a spiral, flattened as the picture is, to the first free place, from a radius on within which little
     is free; says the radius of that place, or -1 when there is none. */
  function settle(each, taken, width, height, start) {
    const radians = (each.angle * Math.PI) / 180;
    [each.cos, each.sin] = [Math.cos(radians), Math.sin(radians)];
    each.reachX = Math.abs(each.cos) * each.halfWidth + Math.abs(each.sin) * each.halfHeight;
    each.reachY = Math.abs(each.sin) * each.halfWidth + Math.abs(each.cos) * each.halfHeight;
    const flatness = height / width;
    const end = Math.max(width, height) * 0.75;
    for (let radius = start, turn = start / 1.9; radius < end; turn += Math.min(0.6, 9 / (radius + 9)), radius = turn * 1.9) {
      each.x = width / 2 + radius * Math.cos(turn);
      each.y = height / 2 + radius * Math.sin(turn) * flatness;
      const inside = each.x - each.reachX >= 0 && each.x + each.reachX <= width
        && each.y - each.reachY >= 0 && each.y + each.reachY <= height;
      if (inside && isFree(each, taken)) return radius;
    }
    return -1;
  }

  /* Two turned rectangles are apart if an axis of one of them separates them. */
  function collide(a, b) {
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    if (Math.abs(dx) >= a.reachX + b.reachX || Math.abs(dy) >= a.reachY + b.reachY) return false;
    for (const axis of [a, b]) {
      for (const [x, y] of [[axis.cos, axis.sin], [-axis.sin, axis.cos]]) {
        if (Math.abs(dx * x + dy * y) >= reach(a, x, y) + reach(b, x, y)) return false;
      }
    }
    return true;
  }

  function reach(each, x, y) {
    return Math.abs(each.cos * x + each.sin * y) * each.halfWidth + Math.abs(each.cos * y - each.sin * x) * each.halfHeight;
  }

  function show(svg, { placed, width, top, height }) {
    svg.setAttribute("viewBox", `0 ${top.toFixed(1)} ${width} ${height.toFixed(1)}`);
    svg.style.maxWidth = `${width}px`;
    const prefix = document.documentElement.dataset.languagePrefix || "";
    const counts = placed.map((each) => each.word.count).sort((a, b) => a - b);
    svg.replaceChildren(...placed.map((each) => wordLink(each, prefix, weight(counts, each.word.count))));
  }

  /* How far up among all counts a count stands, 0 to 1: quantiles, so that one great tag does not make all others grey. */
  function weight(counts, count) {
    if (counts[0] === counts[counts.length - 1]) return 1;
    return (counts.lastIndexOf(count) / (counts.length - 1)) ** 0.7;
  }

  function wordLink({ word, size, angle, x, y }, prefix, share) {
    const link = document.createElementNS(SVG, "a");
    const text = document.createElementNS(SVG, "text");
    const title = document.createElementNS(SVG, "title");
    link.setAttribute("href", prefix + word.url);
    title.textContent = `${word.text} (${word.count})`;
    text.textContent = word.text;
    text.setAttribute("text-anchor", "middle");
    text.setAttribute("dominant-baseline", "central");
    text.setAttribute("font-size", size.toFixed(1));
    text.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${angle})`);
    text.style.fill = `color-mix(in oklab, var(--pico-primary) ${Math.round(share * 100)}%, var(--pico-muted-color))`;
    link.append(title, text);
    return link;
  }
})();
