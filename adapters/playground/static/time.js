// Dates as the bot writes them: "Thu 19 Mar", the clock with its zone.

import { el, say } from "./dom.js";
import { menuButton } from "./menu.js";

export class Clock {
  constructor(language, zone) {
    this.locale = language === "en" ? "en-GB" : language;
    this.zone = zone || undefined;
  }

  parts(at, options) {
    const format = (zone) => new Intl.DateTimeFormat(this.locale, { ...options, timeZone: zone });
    let f;
    try { f = format(this.zone); } catch { f = format("UTC"); }
    return Object.fromEntries(f.formatToParts(new Date(at)).map((p) => [p.type, p.value]));
  }

  day(at) {
    const p = this.parts(at, { weekday: "short", day: "numeric", month: "short" });
    const dot = this.locale.startsWith("de") ? "." : "";
    return `${p.weekday.replace(/[.,]/g, "")} ${p.day}${dot} ${p.month}`;
  }

  year(at) { return this.parts(at, { year: "numeric" }).year; }

  time(at) {
    const p = this.parts(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    return `${p.hour}:${p.minute}`;
  }

  zoneName(at) { return this.parts(at, { timeZoneName: "short" }).timeZoneName ?? "UTC"; }

  short(at) { return `${this.day(at)}, ${this.time(at)}`; }
}

// drawStops fills the bar with what one can jump to: buttons, and for the
// phone one menu with the same.
export function drawStops(holder, stops, clock, go) {
  const items = stops.map((s) => ({ label: s.label, hint: s.open ? null : clock.short(s.at), at: s.at }));
  holder.replaceChildren(
    el("div", { class: "stops-wide" }, items.map((s) =>
      el("button", { type: "button", class: "button small", title: s.hint, "aria-label": s.hint ? `${s.label}, ${s.hint}` : null, text: s.label, onclick: () => go(s.at) }))),
    items.length ? el("div", { class: "stops-small" }, menuButton(say("jump"), say("jump"), items, (s) => go(s.at), "button small choose")) : "");
}
