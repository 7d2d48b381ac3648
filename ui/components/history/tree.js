// The history as a tree: one row a checkpoint, newest on top, one lane a branch. Only the rows in sight are drawn.
// Everything that comes from a store is set with textContent, so it is never markup.
const ROW = 28, LANE = 16, PAD = 14, SVG = "http://www.w3.org/2000/svg";
// A mark ends with the word that gives it its tone: "draft failed", "review asks", "latest".
const TONES = ["failed", "asks", "latest"];
const toneOf = (mark) => TONES.find((tone) => mark === tone || mark.endsWith(` ${tone}`)) ?? "";

const node = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const stroke = (svg, d, className) => {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", d);
  path.setAttribute("class", className);
  svg.append(path);
};

const x = (lane) => PAD + lane * LANE;
const y = (row) => row * ROW + ROW / 2;

const read = ([id, lane, up, upLane, onPath, kind, step, label, time, ...marks]) =>
  ({ id, lane, up, upLane, onPath, step, label, time, marks, tone: marks.map(toneOf).find((tone) => tone && tone !== "latest") ?? kind });

// The lines of all rows: straight ones from row `top` (-1: above all) down to row `end`, and bends below a row. Of the
// children that meet in a parent's lane only the topmost draws it, and the selected branch once more, on top.
const linesOf = (rows, fromAbove) => {
  const straight = fromAbove.map(([lane, end, onPath]) => ({ lane, top: -1, end, onPath })), bends = [];
  const entered = new Set(fromAbove.map(([, end]) => end));
  rows.forEach((row, at) => {
    if (row.up === null) return;
    const bent = row.upLane !== row.lane;
    if (bent) bends.push({ from: row.lane, to: row.upLane, at, onPath: row.onPath });
    if (row.onPath || !entered.has(row.up)) straight.push({ lane: row.upLane, top: at, end: row.up, bent, onPath: row.onPath });
    entered.add(row.up);
  });
  return [...straight.filter((line) => !line.onPath), ...bends.filter((line) => !line.onPath),
    ...straight.filter((line) => line.onPath), ...bends.filter((line) => line.onPath)];
};

const drawLines = (svg, lines, length, first, last) => {
  lines.forEach((line) => {
    const kind = line.onPath ? "line on-path" : "line";
    if (line.end === undefined) {
      if (line.at < first - 1 || line.at > last) return;
      const from = x(line.from), to = x(line.to), below = y(line.at) + ROW / 2;
      stroke(svg, `M${from} ${y(line.at)}Q${from} ${below} ${from - 6} ${below}H${to + 6}Q${to} ${below} ${to} ${below + 6}`, kind);
    } else if (line.top <= last && line.end >= first) {
      const start = line.top < 0 ? 0 : y(line.top) + (line.bent ? ROW / 2 + 6 : 0);
      stroke(svg, `M${x(line.lane)} ${start}V${line.end < length ? y(line.end) : length * ROW}`, kind);
    }
  });
};

const drawDot = (svg, row, at, selected, pinned) => {
  const dot = document.createElementNS(SVG, "circle");
  dot.setAttribute("cx", x(row.lane));
  dot.setAttribute("cy", y(at));
  dot.setAttribute("r", selected ? 7 : row.tone === "quiet" ? 4 : 5);
  dot.setAttribute("class", `dot ${row.tone}${selected ? " selected" : ""}${pinned ? " pinned" : ""}`);
  svg.append(dot);
};

const drawRow = (row, at, width, data, pick) => {
  const line = node("div", "row" + (row.id === data.selected ? " selected" : ""));
  line.style.top = `${at * ROW}px`;
  line.style.paddingLeft = `${width}px`;
  line.setAttribute("role", "option");
  line.setAttribute("aria-selected", String(row.id === data.selected));
  line.dataset.checkpoint = row.id;
  line.title = row.id;
  line.append(node("span", "step", row.step), node("span", "label", row.label));
  if (row.id === data.pinned) line.append(node("span", "mark", "A"));
  row.marks.forEach((mark) => line.append(node("span", `mark ${toneOf(mark)}`, mark)));
  line.append(node("span", "time", row.time));
  line.onclick = () => pick(row.id);
  return line;
};

// How far the box has to be scrolled so that the first row in sight stays where it is while others come in above it;
// at the very top they come into sight instead. null when none of the rows that were in sight is left.
const held = (before, rows, top) => {
  if (top < 1) return 0;
  const places = new Map(rows.map((row, at) => [row.id, at]));
  const first = Math.floor(top / ROW);
  const kept = before.rows.findIndex((row, at) => at >= first && places.has(row.id));
  return kept < 0 ? null : top + (places.get(before.rows[kept].id) - kept) * ROW;
};

const inSight = (box, at, top) => at >= 0 && at * ROW >= top && (at + 1) * ROW <= top + box.clientHeight;

// The selected row comes into sight when it gets selected, and stays there; a part of the history without it starts at
// its top. A person who scrolled away from it is left alone.
const scroll = (box, rows, selectedAt, data, before, top) => {
  const same = before?.history === data.history;
  const now = same ? held(before, rows, top) : null;
  box.scrollTop = now ?? 0;
  if (inSight(box, selectedAt, box.scrollTop) || selectedAt < 0) return;
  if (now === null || before.selected !== data.selected) box.scrollTop = selectedAt * ROW - box.clientHeight / 2;
  else if (before.inSight) box.scrollTop = (selectedAt + 1) * ROW - box.clientHeight;
};

const drawings = new WeakMap();

export default ({ data, parentElement, setTriggerValue }) => {
  const box = parentElement.querySelector(".tree");
  if (!box || box.dataset.signature === data.signature) return;
  box.dataset.signature = data.signature;
  const rows = data.rows.map(read);
  const lines = linesOf(rows, data.fromAbove);
  const lanes = [...rows.map((row) => row.lane), ...data.fromAbove.map(([lane]) => lane)];
  const width = x(Math.max(0, ...lanes) + 1) + 2;
  const sheet = node("div", "sheet");
  sheet.style.height = `${rows.length * ROW}px`;
  const selectedAt = rows.findIndex((row) => row.id === data.selected);
  const pick = (id) => setTriggerValue("clicked", id);

  const draw = () => {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - 10);
    const last = Math.min(rows.length - 1, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + 10);
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("width", width);
    svg.setAttribute("height", rows.length * ROW);
    svg.setAttribute("aria-hidden", "true");
    drawLines(svg, lines, rows.length, first, last);
    const drawn = [];
    for (let at = first; at <= last; at++) {
      drawDot(svg, rows[at], at, at === selectedAt, rows[at].id === data.pinned);
      drawn.push(drawRow(rows[at], at, width, data, pick));
    }
    sheet.replaceChildren(...drawn, svg);
  };

  const top = box.scrollTop, before = drawings.get(box);
  if (before) before.inSight = inSight(box, before.selectedAt, top);
  drawings.set(box, { history: data.history, selected: data.selected, rows, selectedAt });
  box.style.height = `${Math.min(data.height, rows.length * ROW + 4)}px`;
  box.replaceChildren(sheet);
  scroll(box, rows, selectedAt, data, before, top);
  draw();
  pressing(box, ".row", (row) => pick(row.dataset.checkpoint));
  box.onscroll = () => requestAnimationFrame(draw);
  box.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const goal = selectedAt >= 0 ? rows[selectedAt + step] : rows[step > 0 ? 0 : rows.length - 1];
    if (goal) pick(goal.id);
  };
};
