import type { TableHTMLAttributes } from "react";
import css from "./ui.module.css";

/** A table of up to some hundred rows, in a card that scrolls by itself. */
export function Table({ className, ...rest }: TableHTMLAttributes<HTMLTableElement>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
    <div className={css.card} tabIndex={0}>
      <table className={`${css.table} ${className ?? ""}`} {...rest} />
    </div>
  );
}
