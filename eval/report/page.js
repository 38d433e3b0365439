"use strict";
// Finding, choosing and sorting cases; without it the page shows all of them in their order.
const list = document.getElementById("list");
const controls = document.getElementById("controls");
if (list) {
  const cases = [...list.querySelectorAll("details.case")];
  const words = new Map(cases.map((one) => [one, null]));
  const [find, show, sort, count] = ["find", "show", "sort", "count"].map((id) => document.getElementById(id));
  const has = (one, wanted) => {
    if (words.get(one) === null) words.set(one, one.textContent.toLowerCase());
    return wanted.every((word) => words.get(one).includes(word));
  };
  const choose = () => {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let seen = 0;
    for (const one of cases) {
      const state = !show.value || one.dataset.is.split(" ").includes(show.value);
      one.hidden = !(state ? has(one, wanted) : false);
      seen += one.hidden ? 0 : 1;
    }
    const all = `${cases.length} ${cases.length === 1 ? "case" : "cases"}`;
    count.textContent = seen === cases.length ? all : `${seen} of ${all}`;
  };
  const order = () => {
    const name = sort.value;
    const sign = name === "place" ? 1 : -1;
    cases.sort((a, b) => sign * (a.dataset[name] - b.dataset[name]) || a.dataset.place - b.dataset.place);
    list.append(...cases);
  };
  find.addEventListener("input", choose);
  show.addEventListener("change", choose);
  sort.addEventListener("change", order);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.hidden = false;
  choose();
}
