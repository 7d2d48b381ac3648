// The list of threads. textContent only.
const node = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
};

export default ({ data, parentElement, setTriggerValue }) => {
  const box = parentElement.querySelector(".threads");
  if (!box || box.dataset.signature === data.signature) return;
  box.dataset.signature = data.signature;
  box.replaceChildren(...data.threads.map((thread) => {
    const row = node("button", "thread" + (thread.id === data.selected ? " selected" : ""), "");
    row.type = "button";
    row.title = `${thread.id}\n${thread.when}`;
    row.dataset.thread = thread.id;
    row.setAttribute("aria-pressed", String(thread.id === data.selected));
    const facts = node("span", "facts", "");
    facts.append(node("span", `state ${thread.state}`, thread.words), node("span", "count", thread.count));
    row.append(node("span", "id", thread.id), facts);
    row.onclick = () => setTriggerValue("clicked", thread.id);
    return row;
  }));
  box.querySelector(".selected")?.scrollIntoView({ block: "nearest" });
};
