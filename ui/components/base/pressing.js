// A press that the browser makes no click of: what was pressed is drawn anew before the release, or moves away under a
// pointer that stays, as in a list that gets shorter. Calls `pick` of the last drawing with what of `selector` was pressed.
const pressing = (box, selector, pick) => {
  box.picksPressed = pick;
  box.onpointerdown = (down) => {
    const pressed = down.button === 0 && down.target.closest(selector);
    if (!pressed) return;
    const top = pressed.getBoundingClientRect().top, over = new AbortController();
    const release = (up) => {
      over.abort();
      const stayed = up.type === "pointerup" && Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) < 8;
      const gone = !pressed.isConnected || pressed.getBoundingClientRect().top !== top;
      if (stayed && gone && !up.composedPath().includes(pressed)) box.picksPressed(pressed);
    };
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release, { capture: true, signal: over.signal });
  };
};
