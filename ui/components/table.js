// Streamlit's table knows nothing of where a person is in it when its rows change. This does:
// - a row that gets selected from elsewhere comes into sight;
// - when rows come in above, those in sight stay where they are, unless the table is at its very top;
// - at a press it tells which rows the table showed, since a click reaches the app as a row's number.
const FRAMES = 1200; // Streamlit loads its table late: on a slow machine it takes seconds

const boxOf = (table) => document.querySelector(`.st-key-${table}`);

// Calls `then` with the table's scrolling element as soon as it holds its rows.
const ready = (data, frames, current, then) => {
  const scroller = boxOf(data.table)?.querySelector(".dvn-scroller");
  const needed = data.rowHeight * (data.rows + 1) + 1;
  if (scroller && Math.abs(scroller.scrollHeight - Math.max(needed, scroller.clientHeight)) < data.rowHeight) then(scroller);
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

// `came` rows came in above since `before` was drawn, when the table was scrolled to `top`.
const hold = (scroller, data, before, came, top) => {
  if (top >= 1) scroller.scrollTop = top + came * data.rowHeight;
  else if (insight(scroller, data, before.row, top) && !insight(scroller, data, data.row, scroller.scrollTop)) {
    scroller.scrollTop = (data.row + 1) * data.rowHeight - (scroller.clientHeight - data.rowHeight - 1);
  }
};

const drawn = new WeakMap();

export default ({ data, parentElement, setStateValue }) => {
  const state = drawn.get(parentElement) ?? {}, before = state.data;
  drawn.set(parentElement, Object.assign(state, { data, setStateValue }));
  const current = () => state.data === data;
  watch(data.table, state);
  if (!before || ["history", "selected", "page"].some((key) => before[key] !== data[key])) {
    ready(data, FRAMES, current, (scroller) => scrollTo(scroller, data));
  } else if (before.top !== data.top) {
    const top = boxOf(data.table)?.querySelector(".dvn-scroller")?.scrollTop ?? 0;
    ready(data, FRAMES, current, (scroller) => hold(scroller, data, before, data.top - before.top, top));
  }
};

const watch = (table, state) => {
  if (state.watching) return;
  state.watching = true;
  const tell = (event) => {
    const { data, setStateValue, told } = state;
    if (!event.target.closest?.(`.st-key-${table}`)) return;
    if (told?.top === data.top && told.history === data.history) return;
    state.told = { top: data.top, history: data.history };
    setStateValue("pressed", state.told);
  };
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, tell, true);
};
