// The list of threads. textContent only.
const node = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
};

// The first row in sight stays where it is when others move past it; at the very top they come into sight instead.
const first = (box) => box.scrollTop >= 1 && [...box.children].find((row) => row.offsetTop + row.offsetHeight > box.scrollTop + box.offsetTop);
const rowOf = (box, id) => [...box.children].find((row) => row.dataset.thread === id);

// Moves the list alone: scrollIntoView would move the sidebar, too, and the navigation out of sight.
const intoSight = (box, row) => {
  if (!row) return;
  const here = row.getBoundingClientRect(), { top, bottom } = box.getBoundingClientRect();
  if (here.top < top || here.bottom > bottom) box.scrollTop += here.top - top;
};

export default ({ data, parentElement, setTriggerValue }) => {
  const box = parentElement.querySelector(".threads");
  if (!box || box.dataset.signature === data.signature) return;
  const chosen = box.dataset.selected !== data.selected;
  box.dataset.signature = data.signature;
  box.dataset.selected = data.selected;
  const open = (id) => setTriggerValue("clicked", id);
  const top = box.scrollTop, row = first(box), at = row ? row.offsetTop : 0;
  const focused = box.contains(box.getRootNode().activeElement) ? box.getRootNode().activeElement.dataset.thread : null;
  box.replaceChildren(...data.threads.map((thread) => {
    const row = node("button", "thread" + (thread.id === data.selected ? " selected" : ""), "");
    row.type = "button";
    row.title = `${thread.id}\n${thread.when}`;
    row.dataset.thread = thread.id;
    row.setAttribute("aria-pressed", String(thread.id === data.selected));
    const facts = node("span", "facts", "");
    facts.append(node("span", `state ${thread.state}`, thread.words), node("span", "count", thread.count));
    row.append(node("span", "id", thread.name), facts);
    row.onclick = () => open(thread.id);
    return row;
  }));
  const now = row && rowOf(box, row.dataset.thread);
  box.scrollTop = now ? top + now.offsetTop - at : top;
  if (focused !== null) rowOf(box, focused)?.focus({ preventScroll: true });
  if (chosen) intoSight(box, box.querySelector(".selected"));
  pressing(box, ".thread", (row) => open(row.dataset.thread));
};
