// What the pages do beyond links and forms: figures under the pointer, sliders that answer at once, keys in the review.
"use strict";

const locale = document.documentElement.lang;
const money = (value) => value === null ? "unknown" : new Intl.NumberFormat(locale, { style: "currency", currency: value.currency }).format(value.amount);
const get = async (address) => {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

// Part page: the day under the pointer, or reached with the arrow keys, is read out below the chart.
for (const box of document.querySelectorAll("[data-history]")) {
  const readout = document.querySelector("[data-readout]");
  const days = [...document.querySelectorAll("#h-days ~ .scroll tbody tr")].reverse();
  let at = days.length - 1;
  const show = (place) => {
    at = Math.max(0, Math.min(days.length - 1, place));
    const cells = [...days[at].cells].map((cell) => cell.textContent.trim());
    readout.textContent = cells.length < 9 ? `${cells[0]}: ${cells[1]}` : `${cells[0]}: median ${cells[3]}, lowest ${cells[1]}, ${cells[5]} offers`;
  };
  const shown = () => [...box.querySelectorAll(".chart")].find((chart) => chart.getBoundingClientRect().width > 0);
  box.tabIndex = 0;
  box.setAttribute("aria-label", "Price history; arrow keys read day by day");
  box.setAttribute("role", "group");
  box.addEventListener("pointermove", (event) => {
    const chart = shown();
    if (!chart || !days.length) return;
    // The plot's own edges: every chart leaves the same multiples of its font at its sides.
    const rect = chart.getBoundingClientRect();
    const drawn = chart.classList.contains("narrow") ? 348 : 1040;
    const [left, right] = [12 * 4.6 / drawn, 1 - 12 * 6.2 / drawn];
    show(Math.round(((event.clientX - rect.left) / rect.width - left) / (right - left) * (days.length - 1)));
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7 }[event.key];
    if (step) { event.preventDefault(); show(at + step); }
  });
}

// Rent or buy: every move of a slider asks the server, which alone does the sum.
for (const form of document.querySelectorAll("[data-rent]")) {
  let asked = 0;
  const set = (name, text) => { const place = document.querySelector(`[data-${name}]`); if (place) place.textContent = text; };
  const ask = async () => {
    const mine = ++asked;
    const given = new URLSearchParams(new FormData(form));
    const target = given.get("target");
    given.delete("target");
    const rent = await get(`/api/v1/machines/${encodeURIComponent(target)}/rent-or-buy?${given}`).catch(() => null);
    if (!rent || mine !== asked) return;
    const answer = document.querySelector(".answer");
    answer.classList.toggle("rent", rent.answer === "rent");
    answer.querySelector("strong").textContent = rent.answer[0].toUpperCase() + rent.answer.slice(1);
    set("why", rent.why);
    set("own", money(rent.year_own));
    set("cloud", money(rent.year_cloud));
    set("even", rent.break_even_hours === null ? "never" : `${Math.round(rent.break_even_hours)} hours`);
    const picture = document.querySelector("[data-picture]");
    if (picture) picture.hidden = true; // it shows other inputs; the form's button draws it anew
  };
  form.addEventListener("input", (event) => {
    const output = event.target.parentElement.querySelector("output");
    if (output) output.textContent = event.target.value;
    if (event.target.name === "target") form.submit(); else ask();
  });
}

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
