import { useTranslation } from "react-i18next";
import css from "./data.module.css";
import type { DataPort } from "./source";

interface Props {
  readonly ports: readonly DataPort[];
  readonly chosen: string;
  readonly onChoose: (port: string) => void;
}

/** The branches of a node, each with how many items took it. */
export function PortTabs({ ports, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form
    <div className={css.ports} role="group" aria-label={t("data.branches")}>
      {ports.map((port) => (
        <button
          key={port.name}
          type="button"
          className={css.port}
          aria-pressed={port.name === chosen}
          onClick={() => onChoose(port.name)}
        >
          {port.title}
          {port.count === null ? null : <span className={css.note}>{port.count}</span>}
        </button>
      ))}
    </div>
  );
}
