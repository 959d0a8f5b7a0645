import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import css from "./ui.module.css";

export interface Tab {
  readonly id: string;
  readonly title: ReactNode;
  readonly body: () => ReactNode;
  /** It is still there while another one is shown, with what was entered in it. */
  readonly stays?: boolean;
}

interface Props {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

/** One of several views of a thing; the others are not there, but for those that stay. */
export function Tabs({ label, tabs, chosen, onChoose }: Props) {
  return (
    <Radix.Root value={chosen} onValueChange={onChoose}>
      <Radix.List className={css.tabs} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.id} value={tab.id} className={css.tab}>
            {tab.title}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content
          key={tab.id}
          value={tab.id}
          forceMount={tab.stays || undefined}
          hidden={tab.id !== chosen}
        >
          {tab.id === chosen || tab.stays ? tab.body() : null}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
