// What changed between two checkpoints, one card a change. Text from a store goes through textContent only.
const node = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const pieces = (parts) => {
  const text = node("div", "text");
  for (const part of parts) {
    if (part.kind === "left out") text.append(node("span", "left-out", part.text));
    else text.append(node({ added: "ins", removed: "del" }[part.kind] ?? "span", part.kind, part.text));
  }
  return text;
};

const value = (side, shown) => {
  const row = node("div", `value ${side}`);
  row.append(node("span", "side", side));
  const body = node("div", "body");
  if (shown.role) body.append(node("span", "role", shown.role));
  body.append(node("div", shown.prose ? "text" : "text code", shown.text));
  if (shown.more) body.append(node("div", "left-out", shown.more));
  row.append(body);
  return row;
};

const card = (change) => {
  const box = node("section", `change ${change.op}`);
  const head = node("header", "head");
  head.append(node("span", "mark", change.mark), node("span", "word", change.word), node("span", "path", change.path));
  if (change.note) head.append(node("span", "note", change.note));
  box.append(head);
  if (change.pieces) box.append(pieces(change.pieces));
  else {
    if (change.old) box.append(value("old", change.old));
    if (change.new) box.append(value("new", change.new));
  }
  return box;
};

export default ({ data, parentElement }) => {
  const box = parentElement.querySelector(".changes");
  if (!box || box.dataset.signature === data.signature) return;
  box.dataset.signature = data.signature;
  box.replaceChildren(...data.changes.map(card));
};
