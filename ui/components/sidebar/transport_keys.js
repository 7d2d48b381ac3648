// The keys that walk along the branch do so wherever the focus is, but in a field. Streamlit's table keeps them to
// itself, to walk along the columns, and so does a control of several options that a person has just clicked.
const WALKING = ["ArrowLeft", "ArrowRight", "Home", "End"];
const TABLE = ".st-key-history_table", OPTIONS = ".st-key-history_kind, .st-key-tab";

// A key can come before the timer that takes the focus away: a browser tells of keys first.
let letting = false;

const keeps = (target) => target.closest?.(TABLE) || (letting && target.closest?.(OPTIONS));

const handOn = (event) => {
  if (!event.isTrusted || !WALKING.includes(event.key) || !keeps(event.target)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.stopPropagation();
  event.preventDefault();
  const { key, code } = event;
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }));
};

// Who came by the keyboard keeps the focus: a click made by a key has no detail.
const letGo = (event) => {
  if (!event.detail || !event.target.closest?.(OPTIONS)) return;
  letting = true;
  setTimeout(() => {
    document.activeElement?.blur();
    letting = false;
  }, 0);
};

export default () => {
  const page = document.documentElement;
  if (page.dataset.walkingKeys) return;
  page.dataset.walkingKeys = "yes";
  document.addEventListener("keydown", handOn, true);
  document.addEventListener("click", letGo, true);
};
