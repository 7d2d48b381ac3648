// What of Streamlit's own page (1.67) our scripts look for, and no version promises. Where a part is missing or called
// otherwise these give null, and the table is Streamlit's plain one: it scrolls and tells of clicks by itself.

// The box round the table with this key. The class is promised (docs.streamlit.io, `key` of st.dataframe).
const boxOf = (table) => document.querySelector(`.st-key-${table}`);

const SCROLLER = ".dvn-scroller";

// The part of the table that scrolls.
const scrollerOf = (table) => boxOf(table)?.querySelector(SCROLLER) ?? null;

// Whether the app is done with all that it was asked for; null where the page does not tell.
const appRests = () => {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  return state === undefined ? null : state === "notRunning";
};

// The table that is made for those who don't see the other one: a fifth of a second late, and in the order it is sorted in.
const spoken = (table) => boxOf(table)?.querySelector("table[role=grid]") ?? null;

const sorted = (table) => [...(spoken(table)?.querySelectorAll("th") ?? [])].some((head) => /^[↑↓]/u.test(head.textContent));

// The number of the row that is selected; null where none is, and where rows are in another order than the app's.
const selectedRow = (table) => {
  const cell = sorted(table) ? null : spoken(table)?.querySelector("td[aria-selected=true]");
  const number = Number(cell?.closest("tr")?.getAttribute("aria-rowindex") ?? NaN);
  return Number.isInteger(number) && number >= 2 ? number - 2 : null;
};

