import { X } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { keysOf } from "~/keys/keys";
import { Button, IconButton } from "~/ui";
import { placed, type Size } from "./place";
import { STEPS, type Step } from "./steps";
import { useTour } from "./tour";
import css from "./tour.module.css";
import { type Anchor, useAnchor } from "./useAnchor";

const NONE: readonly string[] = [];
const GUESS: Size = { width: 320, height: 170 };

/** One step of the tour: a mark beside the thing, that leaves the thing usable. */
export default function Coach({ number }: { readonly number: number }) {
  const { t } = useTranslation();
  const { go, end } = useTour();
  const step = STEPS[number];
  const anchor = useAnchor(step?.at ?? NONE, step?.number);
  const mark = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState(GUESS);
  useLayoutEffect(() => {
    if (mark.current) {
      setSize({ width: mark.current.offsetWidth, height: mark.current.offsetHeight });
      mark.current.focus({ preventScroll: true });
    }
  }, []);
  useGoOn(step, anchor, () => go(1));
  if (!step) {
    return null;
  }
  const page = { width: window.innerWidth, height: window.innerHeight };
  const last = number === STEPS.length - 1;
  return (
    <>
      {anchor ? <div className={css.ring} style={around(anchor)} aria-hidden /> : null}
      <div
        ref={mark}
        className={css.mark}
        style={placed(anchor?.box ?? null, size, page)}
        role="dialog"
        aria-labelledby="tour-title"
        aria-describedby="tour-text"
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.preventDefault();
            end();
          }
        }}
      >
        <header className={css.head}>
          <h2 id="tour-title">{t(`tour.${step.id}.title`)}</h2>
          <IconButton label={t("tour.skip")} onClick={end}>
            <X />
          </IconButton>
        </header>
        <p id="tour-text">{t(`tour.${step.id}.text`, { keys: keysOf(step.command) })}</p>
        <footer className={css.foot}>
          <span className={css.count}>
            {t("tour.count", { number: number + 1, all: STEPS.length })}
          </span>
          {number > 0 ? <Button onClick={() => go(-1)}>{t("common.back")}</Button> : null}
          <Button look="primary" onClick={() => go(1)}>
            {t(last ? "tour.done" : "common.next")}
          </Button>
        </footer>
      </div>
    </>
  );
}

function around({ box }: Anchor) {
  return { left: box.left - 5, top: box.top - 5, width: box.width + 10, height: box.height + 10 };
}

/** Go on once what the step tells of was done. */
function useGoOn(step: Step | undefined, anchor: Anchor | null, goOn: () => void): void {
  const opened = useEditing((state) => state.opened);
  const begun = useRef(opened);
  const act = useRef(goOn);
  useEffect(() => {
    act.current = goOn;
  });
  useEffect(() => {
    if (step?.until === "opened" && opened && opened !== begun.current) {
      act.current();
    }
  }, [step, opened]);
  const element = step?.until === "pressed" ? anchor?.element : undefined;
  useEffect(() => {
    const pressed = () => act.current();
    element?.addEventListener("click", pressed);
    return () => element?.removeEventListener("click", pressed);
  }, [element]);
}
