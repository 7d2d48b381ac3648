// Streamlit's table knows nothing of where a person is in it when its rows change. This does:
// - a row that gets selected from elsewhere comes into sight;
// - when rows come in above, those in sight stay where they are, unless the table is at its very top;
// - at a press it tells which rows the table showed, since a click reaches the app as a row's number;
// - a click that gets lost is told again: Streamlit 1.67 waits 150 ms before it tells of one, and forgets it when the
//   table gets other rows in that time; and where the page stands still meanwhile, it puts the click into one request
//   with what we tell of the press, for our fragment alone (static/static/js, `scheduleFlush`), which `by_hand` refuses.
const FRAMES = 1200; // Streamlit loads its table late: on a slow machine it takes seconds

const holdsRows = (scroller, data) => {
  const needed = data.rowHeight * (data.rows + 1) + 1;
  return Math.abs(scroller.scrollHeight - Math.max(needed, scroller.clientHeight)) < data.rowHeight;
};

// Calls `then` with the table's scrolling element as soon as it holds its rows.
const ready = (data, frames, current, then) => {
  const scroller = scrollerOf(data.table);
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

const shown = new Map(); // by the table's key: what is drawn of it now, and beside which element of ours

const LATE = 400; // milliseconds after a click in which Streamlit may still be about to tell of it

const clicks = new Map(); // by the table's key: the last click, as long as it may be lost

const tellAgain = (table, click) => {
  const { data, setTriggerValue } = shown.get(table);
  clicks.delete(table);
  const row = click.row ?? (data.top === click.data.top ? selectedRow(table) : null);
  const heard = ["history", "selected", "page"].some((key) => data[key] !== click.data[key]);
  if (row === null || row === click.data.row || heard) return;
  setTriggerValue("clicked", { history: data.history, top: click.data.top, row });
};

// Tells a click again once the app is done with all else, if what is selected is still the same.
const tellAgainIfLost = (table, click) => {
  if (clicks.get(table) !== click) return;
  const rests = appRests();
  if (rests) tellAgain(table, click);
  else if (rests === null) clicks.delete(table);
  else setTimeout(tellAgainIfLost, 100, table, click);
};

export default ({ data, parentElement, setStateValue, setTriggerValue }) => {
  const known = shown.get(data.table);
  const state = known?.parentElement === parentElement ? known : { parentElement, top: 0 }, before = state.data;
  shown.set(data.table, Object.assign(state, { data, setStateValue, setTriggerValue }));
  const current = () => state.data === data;
  watch(data.table);
  const elsewhere = !before || ["history", "selected", "page"].some((key) => before[key] !== data[key]);
  const moved = !elsewhere && before.top !== data.top;
  // What is due stays so until the table holds the rows: the next drawing may come before that, also on a slow machine.
  if (elsewhere) state.due = { show: true };
  else if (moved) state.due ??= { before, top: state.top };
  if (moved && clicks.has(data.table)) tellAgain(data.table, clicks.get(data.table));
  if (!state.due) return;
  ready(data, FRAMES, current, (scroller) => {
    const { show, before: from, top } = state.due;
    state.due = null;
    if (show) scrollTo(scroller, data);
    else hold(scroller, data, from, data.top - from.top, top);
    state.top = scroller.scrollTop;
  });
};

const rowAt = (event, table, data) => {
  const scroller = sorted(table) ? null : scrollerOf(table);
  if (!scroller) return null;
  const y = event.clientY - scroller.getBoundingClientRect().top - data.rowHeight;
  const row = Math.floor((y + scroller.scrollTop) / data.rowHeight);
  return y >= 0 && row < data.rows ? row : null;
};

const watched = new Set();

const watch = (table) => {
  if (watched.has(table)) return;
  watched.add(table);
  const inTable = (event) => event.target.closest?.(`.st-key-${table}`);
  // A moment later: Streamlit 1.67 sends what is told at once together with what the press did elsewhere, and then draws
  // our fragment alone.
  const tell = (event) => {
    const state = shown.get(table), { data, told } = state;
    if (!inTable(event) || (told?.top === data.top && told.history === data.history)) return;
    state.told = { top: data.top, history: data.history };
    setTimeout((pressed) => state.setStateValue("pressed", pressed), 50, state.told);
  };
  const note = (event) => {
    const { data } = shown.get(table);
    if (!inTable(event)) return;
    const key = event.type === "keyup", row = key ? null : rowAt(event, table, data);
    if (row === null && !key) return;
    const click = { data, row };
    clicks.set(table, click);
    setTimeout(tellAgainIfLost, LATE, table, click);
  };
  // The table may have its new rows, and have scrolled to its selected one, before we hear of them: that doesn't count.
  const scrolled = ({ target }) => {
    const state = shown.get(table);
    if (inTable({ target }) && target.matches(SCROLLER) && !state.due && holdsRows(target, state.data)) state.top = target.scrollTop;
  };
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, tell, true);
  for (const kind of ["click", "keyup"]) document.addEventListener(kind, note, true);
};
