// Completion of what is typed: commands from the start of the line, people
// after an "@".

import { el } from "./dom.js";

const most = 8;

export class Completer {
  constructor(input, list, spoken) {
    Object.assign(this, { input, list, spoken, commands: [], people: [], found: [], at: -1 });
    input.addEventListener("input", () => this.look());
    input.addEventListener("keydown", (e) => this.key(e));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  find(line) {
    const person = line.match(/(^|\s)@([^@]*)$/);
    if (person) {
      const start = line.length - person[2].length - 1;
      const wanted = person[2].toLowerCase();
      return this.people.filter((p) => p.name.toLowerCase().startsWith(wanted))
        .map((p) => ({ text: `@${p.name}`, hint: p.role, line: `${line.slice(0, start)}@${p.name} ` }));
    }
    if (line === "") return [];
    const wanted = "/isms".startsWith(line) ? "" : line.replace(/^\/isms\s*/, "").replace(/^\//, "").toLowerCase();
    const starts = this.commands.filter((c) => c.text.toLowerCase().startsWith(wanted));
    const rest = wanted.length < 3 ? [] : this.commands.filter((c) => !starts.includes(c) && c.hint.toLowerCase().includes(wanted));
    return [...starts, ...rest].map((c) => ({ ...c, text: `/isms ${c.text}`, line: `/isms ${c.text}` }));
  }

  look() {
    const line = this.input.value;
    this.found = this.find(line).filter((f) => f.line !== line).slice(0, most);
    this.at = -1;
    this.list.setAttribute("aria-label", this.spoken());
    this.list.replaceChildren(...this.found.map((f, i) => el("li", {
      role: "option", id: `suggest-${i}`, "aria-selected": "false",
      onmousedown: (e) => { e.preventDefault(); this.take(i); },
    }, el("span", { class: "suggest-text", dir: "auto", text: f.text }), el("small", { dir: "auto", text: f.hint }))));
    this.list.hidden = this.found.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.found = [];
    this.at = -1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  mark(i) {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = (i + this.found.length) % this.found.length;
    const row = this.list.children[this.at];
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", row.id);
  }

  take(i) {
    this.input.value = this.found[i].line;
    this.close();
    this.input.focus();
  }

  key(e) {
    if (this.found.length === 0) return;
    switch (e.key) {
      case "ArrowDown": this.mark(this.at + 1); break;
      case "ArrowUp": this.mark(this.at < 0 ? -1 : this.at - 1); break;
      case "Tab":
        if (e.shiftKey) return;
        this.take(Math.max(this.at, 0));
        break;
      case "Enter":
        if (this.at < 0) return;
        this.take(this.at);
        break;
      case "Escape": this.close(); break;
      default: return;
    }
    e.preventDefault();
  }
}
