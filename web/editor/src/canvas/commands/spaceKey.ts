/** Space pans while it is held, and is a key when it is tapped. */

let held = false;
let dragged = false;
let waiting: (() => void) | undefined;

function onDown(event: KeyboardEvent): void {
  if (event.code === "Space" && !event.repeat) {
    held = true;
    dragged = false;
  }
}

function onUp(event: KeyboardEvent): void {
  if (event.code === "Space") {
    held = false;
    const act = waiting;
    waiting = undefined;
    if (!dragged) {
      act?.();
    }
  }
}

function onPointer(): void {
  dragged = dragged || held;
}

function onBlur(): void {
  held = false;
  waiting = undefined;
}

/** Begin to watch; gives back how to end it. */
export function watchSpace(): () => void {
  const options = { capture: true };
  window.addEventListener("keydown", onDown, options);
  window.addEventListener("keyup", onUp, options);
  window.addEventListener("pointerdown", onPointer, options);
  window.addEventListener("blur", onBlur);
  return () => {
    window.removeEventListener("keydown", onDown, options);
    window.removeEventListener("keyup", onUp, options);
    window.removeEventListener("pointerdown", onPointer, options);
    window.removeEventListener("blur", onBlur);
    onBlur();
  };
}

/** At once; with Space held, when it is let go and nothing was dragged with it. */
export function afterSpace(act: () => void): void {
  if (held) {
    waiting = act;
  } else {
    act();
  }
}
