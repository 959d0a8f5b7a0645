import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Tip } from "./Tip";
import css from "./ui.module.css";

type Look = "plain" | "primary" | "danger" | "quiet";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  /** Something of it runs: it cannot be pressed again. */
  readonly busy?: boolean;
}

export function classOf(look: Look = "plain", more = ""): string {
  return [css.button, look === "plain" ? "" : css[look], more].filter(Boolean).join(" ");
}

export function Button({ look = "plain", busy = false, className, disabled, ...rest }: Props) {
  return (
    <button
      type="button"
      className={classOf(look, className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    />
  );
}

interface IconProps extends Props {
  /** What it does; read aloud, and shown as a tip. */
  readonly label: string;
  /** As `keysOf` says. */
  readonly keys?: string;
  readonly children: ReactNode;
}

/** A button that is an icon. */
export function IconButton({ label, keys, look = "quiet", className, ...rest }: IconProps) {
  return (
    <Tip text={label} {...(keys ? { keys } : {})}>
      <Button
        look={look}
        aria-label={label}
        className={`${css.icon} ${className ?? ""}`}
        {...rest}
      />
    </Tip>
  );
}
