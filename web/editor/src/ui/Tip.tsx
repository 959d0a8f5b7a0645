import { Tooltip } from "radix-ui";
import type { ReactElement } from "react";
import css from "./ui.module.css";

interface Props {
  readonly text: string;
  readonly keys?: string;
  readonly children: ReactElement;
}

/** Says what something does, when it is pointed at or has the focus. */
export function Tip({ text, keys, children }: Props) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={css.tip} sideOffset={6} collisionPadding={8}>
          {text}
          {keys ? <kbd>{keys}</kbd> : null}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

export const TipProvider = Tooltip.Provider;
