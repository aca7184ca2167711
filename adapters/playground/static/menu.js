// A menu button as the ARIA practices describe it: Enter, Space and the arrows
// open it, arrows, Home, End and letters move, Escape and Tab leave.

import { el, uid } from "./dom.js";

export function menuButton(face, spoken, items, pick, kind = "dots") {
  const id = uid("menu");
  const menu = el("div", { class: "menu", id, role: "menu", popover: "auto", "aria-label": spoken });
  const button = el("button", {
    type: "button", class: kind, "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id,
    "aria-label": spoken === face ? null : spoken, title: kind.startsWith("dots") ? spoken : null,
  }, face);
  for (const item of items) {
    menu.append(el("button", {
      type: "button", role: "menuitem", tabindex: "-1", class: item.look === "danger" ? "danger" : null,
      "aria-label": item.spoken || null,
      onclick: () => { menu.hidePopover(); button.focus(); pick(item, button); },
    }, el("span", { dir: "auto", text: item.label }), item.hint ? el("small", { text: item.hint }) : null));
  }
  // What scrolls away under a menu takes the menu with it.
  const leave = (e) => { if (e.target !== menu) menu.hidePopover(); };
  const open = (index) => {
    menu.showPopover();
    place(menu, button);
    menu.children.item(index < 0 ? menu.children.length - 1 : index)?.focus();
    addEventListener("scroll", leave, { capture: true });
  };
  button.addEventListener("click", () => (menu.matches(":popover-open") ? menu.hidePopover() : open(0)));
  button.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); open(e.key === "ArrowUp" ? -1 : 0); }
  });
  menu.addEventListener("toggle", (e) => {
    button.setAttribute("aria-expanded", String(e.newState === "open"));
    if (e.newState !== "open") removeEventListener("scroll", leave, { capture: true });
  });
  menu.addEventListener("keydown", (e) => move(e, menu, button));
  return el("span", { class: "menu-holder" }, button, menu);
}

function move(e, menu, button) {
  const all = [...menu.children];
  const at = all.indexOf(document.activeElement);
  let to = null;
  switch (e.key) {
    case "ArrowDown": to = (at + 1) % all.length; break;
    case "ArrowUp": to = (at - 1 + all.length) % all.length; break;
    case "Home": to = 0; break;
    case "End": to = all.length - 1; break;
    case "Tab": menu.hidePopover(); button.focus(); return;
    case "Escape": e.preventDefault(); e.stopPropagation(); menu.hidePopover(); button.focus(); return;
    default:
      if (e.key.length !== 1 || e.key === " ") return;
      to = all.findIndex((x) => x.textContent.toLowerCase().startsWith(e.key.toLowerCase()));
      if (to < 0) return;
  }
  e.preventDefault();
  all[to].focus();
}

// place puts the menu under its button, or over it where there is no room.
function place(menu, button) {
  const b = button.getBoundingClientRect();
  const m = menu.getBoundingClientRect();
  const gap = 6, edge = 8;
  const left = Math.min(Math.max(edge, b.right - m.width), innerWidth - m.width - edge);
  const under = b.bottom + gap + m.height <= innerHeight - edge;
  menu.style.left = `${Math.max(edge, left)}px`;
  menu.style.top = `${under ? b.bottom + gap : Math.max(edge, b.top - gap - m.height)}px`;
}
