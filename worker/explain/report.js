"use strict";
const form = document.querySelector("form");
const items = [...document.querySelectorAll("article")];
const count = document.querySelector(".count");

function show() {
  const outcome = form.elements.outcome.value;
  const rule = form.elements.rule.value;
  const words = form.elements.words.value.toLowerCase().trim();
  let shown = 0;
  for (const item of items) {
    const fits =
      (!outcome || [item.dataset.outcome, item.dataset.relation].includes(outcome)) &&
      (!rule || item.dataset.rules.split(" ").includes(rule)) &&
      (!words || item.textContent.toLowerCase().includes(words));
    item.hidden = !fits;
    shown += fits;
  }
  count.textContent = `${shown} of ${items.length} items shown`;
}

function open_all() {
  for (const one of document.querySelectorAll("details")) one.open = true;
}

form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("beforeprint", open_all);
// A link to an item that the filter hides takes the filter off.
window.addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target && target.hidden) {
    form.reset();
    show();
    target.scrollIntoView();
  }
});
form.hidden = false;
show();
