import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import css from "./ui.module.css";

export interface Entry {
  readonly text: string;
  readonly icon?: ReactNode;
  readonly keys?: string;
  readonly disabled?: boolean;
  /** Given: it is something that is on or off. */
  readonly checked?: boolean;
  /** It destroys something. */
  readonly danger?: boolean;
  readonly act: () => void;
}

/** A heading over the entries that follow. */
export interface Heading {
  readonly heading: string;
}

interface Props {
  /** A button; gets the attributes of one that opens a menu. */
  readonly children: ReactElement;
  /** A line stands for `null`. */
  readonly entries: readonly (Entry | Heading | null)[];
  readonly align?: "start" | "end";
  readonly side?: "top" | "right" | "bottom";
}

/** What can be done, behind a button. */
export function Menu({ children, entries, align = "end", side = "bottom" }: Props) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={css.menu}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
        >
          {entries.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
            <Line key={index} entry={entry} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Line({ entry }: { readonly entry: Entry | Heading | null }) {
  if (entry === null) {
    return <DropdownMenu.Separator className={css.menuLine} />;
  }
  if ("heading" in entry) {
    return <DropdownMenu.Label className={css.menuHeading}>{entry.heading}</DropdownMenu.Label>;
  }
  const given = {
    className: `${css.menuItem} ${entry.danger ? css.menuDanger : ""}`,
    disabled: entry.disabled ?? false,
    onSelect: entry.act,
  };
  const inside = (
    <>
      {entry.icon}
      {entry.text}
      {entry.keys ? <span className={css.menuKeys}>{entry.keys}</span> : null}
    </>
  );
  if (entry.checked === undefined) {
    return <DropdownMenu.Item {...given}>{inside}</DropdownMenu.Item>;
  }
  return (
    <DropdownMenu.CheckboxItem {...given} checked={entry.checked}>
      <span className={css.menuMark}>
        <DropdownMenu.ItemIndicator>
          <Check aria-hidden />
        </DropdownMenu.ItemIndicator>
      </span>
      {inside}
    </DropdownMenu.CheckboxItem>
  );
}
