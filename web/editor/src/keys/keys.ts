/** What carries commands out: who can now, and the one listener for all keys. */

import i18next from "i18next";
import { useEffect, useRef } from "react";
import { create } from "zustand";
import { readChosen } from "./chosen";
import { COMMAND_BY_ID, COMMANDS, type Command } from "./commands";
import { isPressed, shown } from "./match";

export const IS_MAC = /mac|iphone|ipad/i.test(navigator.platform);

type Act = () => void;

interface Keys {
  /** By command: whoever can carry it out, the newest last. */
  readonly able: ReadonlyMap<string, readonly Act[]>;
  /** Keys that somebody chose instead of the table's. */
  readonly chosen: Readonly<Record<string, readonly string[]>>;
}

const CHOSEN = "penstock.keys";
export const useKeys = create<Keys>()(() => ({
  able: new Map(),
  chosen: readChosen(localStorage.getItem(CHOSEN)),
}));

/** All keys as the table has them again. */
export function resetKeys(): void {
  localStorage.removeItem(CHOSEN);
  useKeys.setState({ chosen: {} });
}

/** The keys of a command: what was chosen, else the table's. */
export function keysFor(id: string): readonly string[] {
  return useKeys.getState().chosen[id] ?? COMMAND_BY_ID.get(id)?.keys ?? [];
}

/** As a tip or menu shows it; empty: it has none. */
export function keysOf(id: string): string {
  const first = keysFor(id)[0];
  return first ? readable(first) : "";
}

/** Keys as people of this language and machine read them. */
export function readable(keys: string): string {
  return shown(keys, IS_MAC, (key) => i18next.t(`shell.key.${key}`, key));
}

/** Give a command other keys; null: the table's again. */
export function chooseKeys(id: string, keys: readonly string[] | null): void {
  const { [id]: _, ...rest } = useKeys.getState().chosen;
  const chosen = keys ? { ...rest, [id]: keys } : rest;
  localStorage.setItem(CHOSEN, JSON.stringify(chosen));
  useKeys.setState({ chosen });
}

/** Carry a command out while this component is there; the newest that can does. */
export function useCommand(id: string, act: Act, enabled = true): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!enabled) {
      return;
    }
    const call = () => latest.current();
    useKeys.setState(({ able }) => ({
      able: new Map(able).set(id, [...(able.get(id) ?? []), call]),
    }));
    return () =>
      useKeys.setState(({ able }) => {
        const rest = (able.get(id) ?? []).filter((one) => one !== call);
        const next = new Map(able);
        rest.length ? next.set(id, rest) : next.delete(id);
        return { able: next };
      });
  }, [id, enabled]);
}

/** Carry a command out, from a menu or the palette. */
export function carryOut(id: string): void {
  useKeys.getState().able.get(id)?.at(-1)?.();
}

export function canDo(id: string): boolean {
  return useKeys.getState().able.has(id);
}

/** Whether what has the focus takes typing, or is a dialog: then single letters are its own. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input:not([type=checkbox],[type=radio],[type=range]), textarea, select"))
  );
}

/** What holds the keys of a dialog, a menu or a panel away from the canvas behind it. */
function isAside(target: EventTarget | null): boolean {
  const aside = "[role=dialog],[role=menu],[role=listbox],[data-keys=panel]";
  return target instanceof Element && target.closest(aside) !== null;
}

/** Whether it lies in a dialog over the whole page; a popover and the tour leave the page usable. */
function isInDialog(target: EventTarget | null): boolean {
  const dialog = "[role=dialog][data-state]:not([data-side])";
  return target instanceof Element && target.closest(dialog) !== null;
}

/** What a field does with its own text while somebody types in it. */
const TEXT_TOO = new Set(["undo", "redo"]);

function applies(command: Command, event: KeyboardEvent): boolean {
  const { target } = event;
  const bare = !(event.ctrlKey || event.metaKey || event.altKey) && !/^F\d+$/.test(event.key);
  if (command.where === "panel") {
    return true;
  }
  if (bare && isTyping(target)) {
    return false;
  }
  if (TEXT_TOO.has(command.id) && isTyping(target)) {
    return false;
  }
  if (command.where === "anywhere") {
    return true;
  }
  if (command.where === "canvas") {
    return !isAside(target) && !isTyping(target) && !isOwn(event);
  }
  // Saving changes nothing, and its keys would have the browser save the page.
  if (isInDialog(target) && command.id !== "save") {
    return false;
  }
  return bare ? !isAside(target) && !isOwn(event) : true;
}

/** Enter and Space on a button press it. */
function isOwn(event: KeyboardEvent): boolean {
  const pressing = event.key === "Enter" || event.code === "Space";
  const bare = !(event.ctrlKey || event.metaKey || event.altKey);
  const { target } = event;
  return (
    pressing && bare && target instanceof Element && target.closest("button, a, summary") !== null
  );
}

/** AltGr and a key write a sign; on some systems the two look like Ctrl+Alt. */
function writesSign(event: KeyboardEvent): boolean {
  return !IS_MAC && event.getModifierState("AltGraph") && event.key.length === 1;
}

/**
 * What the browser tells by an event of its own, which may use the clipboard everywhere; so its keys
 * are left to it.
 */
const BY_EVENT: Readonly<Record<string, string>> = { copy: "Mod+C", cut: "Mod+X", paste: "Mod+V" };

function isLeft({ id }: Command, event: KeyboardEvent): boolean {
  const keys = BY_EVENT[id];
  return keys !== undefined && isPressed(keys, event, IS_MAC);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || writesSign(event)) {
    return;
  }
  for (const command of COMMANDS) {
    if (!canDo(command.id) || !applies(command, event) || isLeft(command, event)) {
      continue;
    }
    if (keysFor(command.id).some((keys) => isPressed(keys, event, IS_MAC))) {
      event.preventDefault();
      // Keys that are held down do not run a workflow again and again.
      if (!(event.repeat && command.section === "run")) {
        carryOut(command.id);
      }
      return;
    }
  }
}

export function beginListening(): void {
  window.addEventListener("keydown", onKey);
}
