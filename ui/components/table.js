// Streamlit marks a cell of its table that is selected from elsewhere, but doesn't scroll to it: this does.
const FRAMES = 1200; // Streamlit loads its table late: on a slow machine it takes seconds

const scrollTo = (find, row, height, frames) => {
  const scroller = find()?.querySelector(".dvn-scroller");
  const head = height + 1;
  if (!scroller || scroller.scrollHeight < head + (row + 1) * height) {
    if (frames) requestAnimationFrame(() => scrollTo(find, row, height, frames - 1));
    return;
  }
  const inSight = scroller.clientHeight - head, top = row * height;
  if (top < scroller.scrollTop || top + height > scroller.scrollTop + inSight) {
    scroller.scrollTop = Math.max(0, top - (inSight - height) / 2);
  }
};

const shown = new WeakMap();

export default ({ data, parentElement }) => {
  if (shown.get(parentElement) === data.shown) return;
  shown.set(parentElement, data.shown);
  scrollTo(() => document.querySelector(`.st-key-${data.table}`), data.row ?? 0, data.rowHeight, FRAMES);
};
