"use strict";
const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const said = (text) => { $("said").textContent = text; };
const make = (tag, props = {}, ...inside) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in element) element[name] = value; else element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
};

// The page around the explorer: theme, print, copying, links into folded parts.
const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
const showTheme = () => $("theme").setAttribute("aria-pressed", String(isDark()));
$("theme").addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  showTheme();
});
dark.addEventListener("change", showTheme);
showTheme();
$("print").addEventListener("click", () => print());
document.querySelector(".tools").hidden = false;

for (const button of document.querySelectorAll(".copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      said("Copied");
    } catch {
      getSelection().selectAllChildren(button.parentElement.firstElementChild);
      said("Selected");
    }
  });
}

let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const part of folded) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of folded) part.open = false;
  folded = [];
});

// Unfolds what a link leads into.
const reveal = (element) => {
  for (let part = element; part; part = part.parentElement) {
    if (part.matches("details")) { part.open = true; part.hidden = false; }
  }
  element.scrollIntoView();
};
// What a link names that does not stand in the page; the report's explorer knows.
let elsewhere = () => {};
const follow = () => {
  let name;
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  if (name === "" || name.startsWith("findings?")) return;
  const element = $(name);
  if (element) reveal(element);
  else elsewhere(name);
};
addEventListener("hashchange", () => {
  if (!location.hash.startsWith("#findings?")) follow();
});
// A second click on the link that is already followed changes no hash.
addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
  if (link && link.hash === location.hash) follow();
});
follow();
root.dataset.ready = String(Math.round(performance.now()));
