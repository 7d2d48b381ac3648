// Streamlit's table knows nothing of where a person is in it when its rows change. This does:
// - a row that gets selected from elsewhere comes into sight;
// - when rows come in above, those in sight stay where they are, unless the table is at its very top;
// - at a press it tells which rows the table showed, since a click reaches the app as a row's number;
// - a click that gets lost is told again: Streamlit 1.67 waits 150 ms before it tells of one, and forgets it when the
//   table is drawn anew in that time.
const FRAMES = 1200; // Streamlit loads its table late: on a slow machine it takes seconds

const boxOf = (table) => document.querySelector(`.st-key-${table}`);

const holdsRows = (scroller, data) => {
  const needed = data.rowHeight * (data.rows + 1) + 1;
  return Math.abs(scroller.scrollHeight - Math.max(needed, scroller.clientHeight)) < data.rowHeight;
};

// Calls `then` with the table's scrolling element as soon as it holds its rows.
const ready = (data, frames, current, then) => {
  const scroller = boxOf(data.table)?.querySelector(".dvn-scroller");
  if (scroller && holdsRows(scroller, data)) then(scroller);
  else if (frames && current()) requestAnimationFrame(() => ready(data, frames - 1, current, then));
};

const insight = (scroller, data, row, top) => {
  const height = scroller.clientHeight - data.rowHeight - 1;
  return row !== null && row * data.rowHeight >= top && (row + 1) * data.rowHeight <= top + height;
};

const scrollTo = (scroller, data) => {
  const row = data.row ?? 0, height = scroller.clientHeight - data.rowHeight - 1;
  if (insight(scroller, data, row, scroller.scrollTop)) return;
  scroller.scrollTop = Math.max(0, row * data.rowHeight - (height - data.rowHeight) / 2);
};

const MOVED_BY_HAND = ["wheel", "pointerdown", "touchstart", "keydown"];

// Scrolls there, and stays: the table, which finds its selected row elsewhere, scrolls to it a moment later. Scroll
// events come before the next frame is painted, so nothing of it is seen.
const stay = (scroller, top) => {
  scroller.scrollTop = top;
  const goal = scroller.scrollTop, over = new AbortController(), { signal } = over;
  setTimeout(() => over.abort(), 1500);
  scroller.addEventListener("scroll", () => { if (Math.abs(scroller.scrollTop - goal) >= 1) scroller.scrollTop = goal; }, { signal });
  for (const kind of MOVED_BY_HAND) document.addEventListener(kind, () => over.abort(), { signal, capture: true, passive: true });
};

// `came` rows came in above since `before` was drawn, when the table was scrolled to `top`.
const hold = (scroller, data, before, came, top) => {
  if (top >= 1) stay(scroller, top + came * data.rowHeight);
  else if (insight(scroller, data, before.row, top) && !insight(scroller, data, data.row, top)) {
    stay(scroller, (data.row + 1) * data.rowHeight - (scroller.clientHeight - data.rowHeight - 1));
  } else stay(scroller, top);
};

const drawn = new WeakMap();

const LATE = 400; // milliseconds after a click in which it may still get lost

export default ({ data, parentElement, setStateValue, setTriggerValue }) => {
  const state = drawn.get(parentElement) ?? { top: 0 }, before = state.data;
  drawn.set(parentElement, Object.assign(state, { data, setStateValue }));
  const current = () => state.data === data;
  watch(data.table, state);
  const elsewhere = !before || ["history", "selected", "page"].some((key) => before[key] !== data[key]);
  const moved = !elsewhere && before.top !== data.top;
  // What is due stays so until the table holds the rows: the next drawing may come before that, also on a slow machine.
  if (elsewhere) state.due = { show: true };
  else if (moved) state.due ??= { before, top: state.top };
  if (elsewhere || moved) {
    const { clicked } = state;
    state.clicked = null;
    if (moved && clicked && performance.now() - clicked.at < LATE) setTriggerValue("clicked", { top: before.top, row: clicked.row });
  }
  if (!state.due) return;
  ready(data, FRAMES, current, (scroller) => {
    const { show, before: from, top } = state.due;
    state.due = null;
    if (show) scrollTo(scroller, data);
    else hold(scroller, data, from, data.top - from.top, top);
    state.top = scroller.scrollTop;
  });
};

const selectedRow = (table) => {
  const cell = boxOf(table)?.querySelector("td[aria-selected=true]");
  return cell ? Number(cell.closest("tr").getAttribute("aria-rowindex")) - 2 : null;
};

const watch = (table, state) => {
  if (state.watching) return;
  state.watching = true;
  const inTable = (event) => event.target.closest?.(`.st-key-${table}`);
  // A moment later: Streamlit 1.67 sends what is told at once together with what the press did elsewhere, and then draws
  // our fragment alone.
  const tell = (event) => {
    const { data, told } = state;
    if (!inTable(event) || (told?.top === data.top && told.history === data.history)) return;
    state.told = { top: data.top, history: data.history };
    setTimeout((pressed) => state.setStateValue("pressed", pressed), 50, state.told);
  };
  const note = (event) => {
    const { data } = state;
    if (!inTable(event)) return;
    setTimeout(() => {
      const row = selectedRow(table);
      if (state.data === data && row !== null && row !== data.row) state.clicked = { row, at: performance.now() };
    }, 0);
  };
  // The table may have its new rows, and have scrolled to its selected one, before we hear of them: that doesn't count.
  const scrolled = ({ target }) => {
    if (inTable({ target }) && target.matches(".dvn-scroller") && !state.due && holdsRows(target, state.data)) state.top = target.scrollTop;
  };
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, tell, true);
  for (const kind of ["click", "keyup"]) document.addEventListener(kind, note, true);
};
