// The list of tasks, each with its bar. textContent only. Rows stay the same elements, so that bars move, focus stays,
// and a row that is filled anew while it is pressed still gets its click.
const node = (tag, className, ...inside) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...inside);
  return made;
};

const make = (id) => {
  const open = node("button", "open",
    node("span", "line", node("span", "topic"), node("span", "state", node("span", "word"), node("span", "now extra"))),
    node("span", "bar"),
    node("span", "line", node("span", "progress"), node("span", "updated", node("span", "extra", "updated "), node("span", "when"))));
  open.type = "button";
  const row = node("div", "task", open);
  row.dataset.task = id;
  open.querySelector(".bar").setAttribute("role", "progressbar");
  return row;
};

const say = (row, place, text) => {
  const found = row.querySelector(place);
  if (found.textContent !== text) found.textContent = text;
};

const drawBar = (bar, task) => {
  while (bar.children.length > task.of) bar.lastChild.remove();
  while (bar.children.length < task.of) bar.append(node("span", "part"));
  [...bar.children].forEach((part, at) => {
    part.className = "part" + (at < task.done ? " done" : at === task.done && task.part ? ` ${task.part}` : "");
  });
  const told = { "aria-valuemin": 0, "aria-valuemax": task.of, "aria-valuenow": task.done, "aria-valuetext": task.progress };
  for (const [name, value] of Object.entries(told)) bar.setAttribute(name, String(value));
};

const drawStop = (row, task, stop) => {
  let button = row.querySelector(".stop");
  if (!task.stops) { button?.remove(); return; }
  if (!button) { button = node("button", "stop", "Stop"); button.type = "button"; row.append(button); }
  button.disabled = task.stopping;
  button.setAttribute("aria-label", `Stop ${task.topic}`);
  button.onclick = () => stop(task.id);
};

const fill = (row, task, selected, set) => {
  const open = row.querySelector(".open");
  row.classList.toggle("selected", task.id === selected);
  open.setAttribute("aria-pressed", String(task.id === selected));
  open.title = `${task.topic}\nthread ${task.name}\nupdated ${task.moment}`;
  open.onclick = () => set("clicked", task.id);
  say(row, ".topic", task.topic);
  row.querySelector(".state").className = `state ${task.state}`;
  say(row, ".word", task.state);
  say(row, ".now", task.now);
  say(row, ".progress", task.progress);
  say(row, ".when", task.updated);
  drawBar(row.querySelector(".bar"), task);
  drawStop(row, task, (id) => set("stopped", id));
  return row;
};

export default ({ data, parentElement, setTriggerValue }) => {
  const box = parentElement.querySelector(".tasks");
  if (!box || box.dataset.signature === data.signature) return;
  box.dataset.signature = data.signature;
  const known = new Map([...box.children].map((row) => [row.dataset.task, row]));
  const focused = box.getRootNode().activeElement;
  const rows = data.tasks.map((task) => fill(known.get(task.id) ?? make(task.id), task, data.selected, setTriggerValue));
  if (rows.length !== box.children.length || rows.some((row, at) => row !== box.children[at])) {
    box.replaceChildren(...rows);
    if (focused && box.contains(focused)) focused.focus({ preventScroll: true });
  }
};
