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

const argument = ([name, text]) => {
  const row = node("div", "argument");
  row.append(node("span", "name", name), node("div", "text", text));
  return row;
};

const part = (one) => {
  if (one.kind === "text") return node("div", "text", one.text);
  const folded = one.kind === "reasoning";
  const box = node(folded ? "details" : "div", `part ${one.kind}`);
  const head = node(folded ? "summary" : "div", "label", one.kind === "call" ? `calls ${one.label}` : one.label);
  if (one.id) head.append(node("span", "id", one.id));
  box.append(head);
  if (one.fields.length) box.append(...one.fields.map(argument));
  else if (one.text) box.append(node("div", one.kind === "data" ? "text code" : "text", one.text));
  if (one.more) box.append(node("div", "left-out", one.more));
  return box;
};

const value = (side, shown) => {
  const row = node("div", `value ${side}`);
  if (side) row.append(node("span", "side", side));
  const body = node("div", "body");
  if (shown.role) {
    const who = node("div", "who");
    who.append(node("span", "role", shown.role));
    if (shown.answers) who.append(node("span", "id", `answers ${shown.answers}`));
    body.append(who);
  }
  if (shown.parts) body.append(...shown.parts.map(part));
  else {
    body.append(node("div", shown.prose ? "text" : "text code", shown.text));
    if (shown.more) body.append(node("div", "left-out", shown.more));
  }
  row.append(body);
  return row;
};

const card = (change) => {
  const box = node("section", `change ${change.op}`);
  const head = node("header", "head");
  for (const name of ["mark", "word", "path"]) if (change[name]) head.append(node("span", name, change[name]));
  if (change.note) head.append(node("span", "note", change.note));
  box.append(head);
  if (change.pieces) box.append(pieces(change.pieces));
  else {
    // Only a change has two sides: a value that just is there is neither old nor new.
    if (change.old) box.append(value("old", change.old));
    if (change.new) box.append(value(change.op && change.old ? "new" : "", change.new));
  }
  if (change.warning) box.append(node("div", "warning", `\u26a0 ${change.warning}`));
  return box;
};

export default ({ data, parentElement }) => {
  const box = parentElement.querySelector(".changes");
  if (!box || box.dataset.signature === data.signature) return;
  box.dataset.signature = data.signature;
  box.replaceChildren(...data.changes.map(card));
};
