// Lines of plain text in a few looks. textContent only: what a store says is never markup.
export default ({ data, parentElement }) => {
  const box = parentElement.querySelector(".plain");
  if (!box) return;
  if (data.reveal && data.reveal !== (box.dataset.reveal ?? "")) box.scrollIntoView({ block: "center" });
  box.dataset.reveal = data.reveal;
  if (box.dataset.signature === data.signature) return;
  box.dataset.signature = data.signature;
  box.replaceChildren(...data.lines.map((line) => {
    const made = document.createElement({ title: "h2", heading: "h3" }[line.look] ?? "p");
    made.className = line.look;
    made.textContent = line.text;
    return made;
  }));
};
