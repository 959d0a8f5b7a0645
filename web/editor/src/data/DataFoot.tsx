import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "~/ui";
import css from "./data.module.css";
import type { Part } from "./source";

interface Props {
  readonly part: Part;
  readonly before: (() => void) | undefined;
  readonly after: (() => void) | undefined;
}

/** How many items there are, and which of them are shown. */
export function DataFoot({ part, before, after }: Props) {
  const { t } = useTranslation();
  const paged = before || after;
  const last = part.start + part.items.length;
  return (
    <div className={css.foot}>
      <span aria-live="polite">
        {paged
          ? t("data.range", { first: part.start + 1, last, total: part.total })
          : t("data.count", { count: part.total })}
      </span>
      {paged ? (
        <span className={css.pager}>
          <IconButton
            className={css.small ?? ""}
            label={t("common.previous")}
            disabled={!before}
            onClick={before}
          >
            <ChevronLeft aria-hidden />
          </IconButton>
          <IconButton
            className={css.small ?? ""}
            label={t("common.next")}
            disabled={!after}
            onClick={after}
          >
            <ChevronRight aria-hidden />
          </IconButton>
        </span>
      ) : null}
    </div>
  );
}
