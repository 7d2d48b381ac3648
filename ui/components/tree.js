// The history as a tree: one row a checkpoint, newest on top, one lane a branch. Only the rows in sight are drawn.
// Everything that comes from a store is set with textContent, so it is never markup.
const ROW = 28, LANE = 16, PAD = 14, SVG = "http://www.w3.org/2000/svg";

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

// Lines that cross the rows from `first` to `last`: down the own lane, or a bend into the parent's.
const drawLines = (svg, rows, first, last) => {
  rows.forEach((row, at) => {
    if (row.up === null || at > last || row.up < first) return;
    const kind = row.onPath ? "line on-path" : "line";
    if (row.upLane === row.lane) {
      stroke(svg, `M${x(row.lane)} ${y(at)}V${y(row.up)}`, kind);
    } else {
      const from = x(row.lane), to = x(row.upLane), below = y(at) + ROW / 2;
      stroke(svg, `M${from} ${y(at)}Q${from} ${below} ${from - 6} ${below}H${to + 6}Q${to} ${below} ${to} ${below + 6}V${y(row.up)}`, kind);
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
  line.title = row.hint;
  line.append(node("span", "step", row.step), node("span", "label", row.label));
  if (row.id === data.pinned) line.append(node("span", "mark", "A"));
  row.marks.forEach((mark) => line.append(node("span", `mark ${mark.tone}`, mark.text)));
  line.append(node("span", "time", row.time));
  line.onclick = () => pick(row.id);
  return line;
};

export default ({ data, parentElement, setTriggerValue }) => {
  const box = parentElement.querySelector(".tree");
  if (!box || box.dataset.signature === data.signature) return;
  const fresh = box.dataset.thread !== data.thread;
  box.dataset.signature = data.signature;
  box.dataset.thread = data.thread;
  box.style.height = `${Math.min(data.height, data.rows.length * ROW + 4)}px`;
  const rows = data.rows;
  const width = x(Math.max(0, ...rows.map((row) => row.lane)) + 1) + 2;
  const sheet = node("div", "sheet");
  sheet.style.height = `${rows.length * ROW}px`;
  const pick = (id) => setTriggerValue("clicked", id);

  const draw = () => {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - 10);
    const last = Math.min(rows.length - 1, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + 10);
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("width", width);
    svg.setAttribute("height", rows.length * ROW);
    svg.setAttribute("aria-hidden", "true");
    drawLines(svg, rows, first, last);
    const lines = [];
    for (let at = first; at <= last; at++) {
      drawDot(svg, rows[at], at, rows[at].id === data.selected, rows[at].id === data.pinned);
      lines.push(drawRow(rows[at], at, width, data, pick));
    }
    sheet.replaceChildren(...lines, svg);
  };

  const selectedAt = rows.findIndex((row) => row.id === data.selected);
  const top = box.scrollTop;
  box.replaceChildren(sheet);
  box.scrollTop = top;
  if (selectedAt >= 0) {
    const above = selectedAt * ROW < box.scrollTop;
    const below = (selectedAt + 1) * ROW > box.scrollTop + box.clientHeight;
    if (fresh || above || below) box.scrollTop = selectedAt * ROW - box.clientHeight / 2;
  }
  draw();
  box.onscroll = () => requestAnimationFrame(draw);
  box.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const goal = step && rows[selectedAt + step];
    if (!goal) return;
    event.preventDefault();
    pick(goal.id);
  };
};
