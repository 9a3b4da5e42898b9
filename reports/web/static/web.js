// What the pages do beyond links and forms: figures under the pointer, zoom, filters and sliders that answer at once, keys in the review.
"use strict";

// Live forms: each choice asks the server, which alone does the sums and draws, and its answer takes the old one's place.
const live = document.querySelector("form[data-live]");
let busy = false, again = false;
const ask = async () => {
  if (busy) { again = true; return; }
  busy = true;
  do {
    again = false;
    const address = `${live.getAttribute("action")}?${new URLSearchParams(new FormData(live))}`;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) continue; // what is shown stays: it says for what it is
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of document.querySelectorAll("[data-region]")) {
      const fresh = page.querySelector(`[data-region="${old.dataset.region}"]`);
      if (fresh) old.replaceWith(document.adoptNode(fresh));
    }
    window.history.replaceState(null, "", address);
    readable();
  } while (again);
  busy = false;
};
if (live) {
  live.addEventListener("input", (event) => {
    const output = event.target.parentElement.querySelector("output");
    if (output) output.textContent = event.target.value;
    ask();
  });
  live.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
}

// Part page: the day under the pointer, or reached with the arrow keys, is read out below the chart; a stretch that is drawn
// over, or the + and - keys, zoom by setting the form's days.
const readable = () => {
  const box = document.querySelector("[data-history]");
  if (!box) return;
  const readout = document.querySelector("[data-readout]");
  const days = [...document.querySelectorAll("tr[data-day]")].reverse();
  let at = days.length - 1, from = null;
  const picked = document.createElement("div");
  picked.className = "picked";
  const show = (place) => {
    at = Math.max(0, Math.min(days.length - 1, place));
    const cells = [...days[at].cells].map((cell) => cell.textContent.trim());
    const said = { day: cells[0], lowest: cells[1], median: cells[3], n: cells[5] };
    readout.textContent = cells.length < 9 ? `${cells[0]}: ${cells[1]}` : box.dataset.read.replace(/\{(\w+)\}/g, (_, name) => said[name]);
  };
  const zoom = (first, last) => {
    live.elements.since.value = days[Math.max(0, Math.min(first, last))].dataset.day;
    live.elements.until.value = days[Math.min(days.length - 1, Math.max(first, last))].dataset.day;
    ask();
  };
  const shown = () => [...box.querySelectorAll(".chart")].find((chart) => chart.getBoundingClientRect().width > 0);
  const dayAt = (x) => {
    const chart = shown();
    if (!chart || !days.length) return null;
    // The plot's own edges: every chart leaves the same multiples of its font at its sides.
    const rect = chart.getBoundingClientRect();
    const drawn = chart.classList.contains("narrow") ? 348 : 1040;
    const [left, right] = [12 * 4.6 / drawn, 1 - 12 * 6.2 / drawn];
    return Math.round(((x - rect.left) / rect.width - left) / (right - left) * (days.length - 1));
  };
  box.tabIndex = 0;
  box.setAttribute("aria-label", box.dataset.label);
  box.setAttribute("role", "group");
  box.addEventListener("pointerdown", (event) => { if (event.button === 0) { from = event.clientX; event.preventDefault(); box.focus(); } });
  box.addEventListener("pointermove", (event) => {
    const day = dayAt(event.clientX);
    if (day === null) return;
    show(day);
    if (from === null) return;
    const left = box.getBoundingClientRect().left;
    picked.style.left = `${Math.min(from, event.clientX) - left}px`;
    picked.style.width = `${Math.abs(event.clientX - from)}px`;
    box.append(picked);
  });
  box.addEventListener("pointerup", (event) => {
    if (from !== null && Math.abs(event.clientX - from) > 8) zoom(dayAt(from), dayAt(event.clientX));
    from = null;
    picked.remove();
  });
  box.addEventListener("pointerleave", () => { from = null; picked.remove(); });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7 }[event.key];
    if (step) { event.preventDefault(); show(at + step); }
    const quarter = Math.ceil(days.length / 4);
    if (event.key === "+" && days.length > 7) zoom(at - quarter, at + quarter);
    if (event.key === "-") {
      const wider = (place, by) => { const day = new Date(`${days[place].dataset.day}T00:00Z`); day.setUTCDate(day.getUTCDate() + by); return day.toISOString().slice(0, 10); };
      live.elements.since.value = wider(0, -2 * quarter);
      live.elements.until.value = wider(days.length - 1, 2 * quarter);
      ask();
    }
  });
};
readable();

// Review: j and k move, y and n answer.
const cards = [...document.querySelectorAll(".review")];
let place = -1;
const go = (to) => {
  if (!cards.length) return;
  cards[place]?.classList.remove("at");
  place = Math.max(0, Math.min(cards.length - 1, to));
  cards[place].classList.add("at");
  cards[place].focus();
};
document.addEventListener("keydown", (event) => {
  if (!cards.length || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  if (event.key === "j") go(place + 1);
  if (event.key === "k") go(place - 1);
  const value = { y: "right", n: "wrong" }[event.key];
  if (value && place >= 0) cards[place].querySelector(`button[value=${value}]`)?.click();
});
