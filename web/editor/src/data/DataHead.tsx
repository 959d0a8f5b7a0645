import { Braces, ChartLine, File, ListTree, Search, Table2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton, Input } from "~/ui";
import css from "./data.module.css";
import { VIEWS, type View } from "./views";

const ICONS = { schema: ListTree, table: Table2, json: Braces, binary: File, chart: ChartLine };

interface Props {
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly hasFiles: boolean;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly actions: ReactNode;
}

/** How the items are shown, what is looked for, and what else can be done. */
export function DataHead({ view, onView, hasFiles, search, onSearch, actions }: Props) {
  const { t } = useTranslation();
  const [searching, setSearching] = useState(false);
  const shown = VIEWS.filter((one) => one !== "binary" || hasFiles || view === "binary");
  return (
    <div className={css.head}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form */}
      <div className={css.views} role="group" aria-label={t("data.views")}>
        {shown.map((one) => {
          const Icon = ICONS[one];
          return (
            <IconButton
              key={one}
              className={css.view ?? ""}
              label={t(`data.${one}`)}
              aria-pressed={view === one}
              onClick={() => onView(one)}
            >
              <Icon aria-hidden />
            </IconButton>
          );
        })}
      </div>
      {searching || search ? (
        <Input
          className={css.search ?? ""}
          type="search"
          autoFocus
          aria-label={t("data.searchIn")}
          placeholder={t("common.search")}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              event.stopPropagation();
              onSearch("");
              setSearching(false);
            }
          }}
        />
      ) : (
        <IconButton
          className={css.view ?? ""}
          label={t("data.searchIn")}
          onClick={() => setSearching(true)}
        >
          <Search aria-hidden />
        </IconButton>
      )}
      <span className={css.actions}>{actions}</span>
    </div>
  );
}
