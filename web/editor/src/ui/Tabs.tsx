import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import css from "./ui.module.css";

export interface Tab {
  readonly id: string;
  readonly title: ReactNode;
  readonly body: () => ReactNode;
}

interface Props {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

/** One of several views of a thing; the others are not there. */
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
        <Radix.Content key={tab.id} value={tab.id}>
          {tab.id === chosen ? tab.body() : null}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
