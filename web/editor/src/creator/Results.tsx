import { useTranslation } from "react-i18next";
import type { NodeType } from "~/model/document";
import css from "./creator.module.css";
import type { Choice } from "./entries";
import type { Listed, Row } from "./listed";
import { ResultRow } from "./ResultRow";

interface Props {
  readonly id: string;
  readonly parts: readonly Listed[];
  readonly active: Row | undefined;
  readonly onPoint: (row: Row) => void;
  readonly onChoose: (choice: Choice) => void;
  readonly onOpen: (type: NodeType) => void;
}

/** What can be added, by sections or as it was found. */
export function Results({ id, parts, active, onPoint, onChoose, onOpen }: Props) {
  const { t } = useTranslation();
  return (
    <div id={`${id}-list`} role="listbox" className={css.list} aria-label={t("creator.results")}>
      {parts.map((part) => (
        // biome-ignore lint/a11y/useSemanticElements: a group within a listbox
        <div
          key={part.section ?? "found"}
          role="group"
          aria-label={t(`creator.sections.${part.section ?? "found"}`)}
        >
          {part.section ? (
            <div className={css.section} aria-hidden>
              {t(`creator.sections.${part.section}`)}
            </div>
          ) : null}
          {part.rows.map((row) => (
            <ResultRow
              key={row.choice.id}
              id={`${id}-${row.choice.id}`}
              row={row}
              active={row === active}
              onPoint={() => onPoint(row)}
              onChoose={() => onChoose(row.choice)}
              onOpen={() => onOpen(row.choice.type)}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
