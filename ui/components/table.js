// What Streamlit's table leaves undone: it doesn't scroll to a cell that was selected from elsewhere, and it keeps the
// keys that walk along the branch to itself, to walk along the columns.
const WALKING = ["ArrowLeft", "ArrowRight", "Home", "End"];
const FRAMES = 90;

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

const handOn = (event) => {
  if (!event.isTrusted || !WALKING.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.stopPropagation();
  event.preventDefault();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, code: event.code, bubbles: true, cancelable: true }));
};

const state = new WeakMap();

export default ({ data, parentElement }) => {
  const find = () => document.querySelector(`.st-key-${data.table}`);
  const table = find();
  if (table && !table.dataset.walks) {
    table.dataset.walks = "yes";
    table.addEventListener("keydown", handOn, true);
  }
  if (state.get(parentElement) === data.shown) return;
  state.set(parentElement, data.shown);
  scrollTo(find, data.row ?? 0, data.rowHeight, FRAMES);
};
