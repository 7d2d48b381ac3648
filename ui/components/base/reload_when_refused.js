// A page of an earlier start is refused whatever it asks for. Streamlit's page then tries again for ever, and calls it a
// connection error; loaded anew, it is the page that says what to do, or the app where the browser was let in meanwhile.
export default () => {
  if (window.timetravelReloads) return;
  window.timetravelReloads = true;
  new PerformanceObserver((seen) => {
    const refused = (entry) => entry.responseStatus === 403 && new URL(entry.name).pathname.startsWith("/_stcore/");
    if (seen.getEntries().some(refused)) location.reload();
  }).observe({ type: "resource" });
};
