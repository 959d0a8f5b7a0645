import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "~/ui";
import { NothingSays } from "./NothingSays";
import { found, schemaRows } from "./rows";
import { Tree } from "./Tree";
import { TreeLine } from "./TreeLine";
import { useToggled } from "./useToggled";
import type { ViewProps } from "./views";

/** The fields that these items have, each with an example. */
export function SchemaView({ items, search, origin, onPick }: ViewProps) {
  const { t } = useTranslation();
  const [toggled, toggle] = useToggled();
  const rows = useMemo(
    () =>
      schemaRows(
        items.map((item) => item?.json ?? {}),
        toggled,
      ),
    [items, toggled],
  );
  const shown = found(rows, search);
  if (shown.length === 0) {
    return search ? <NothingSays search={search} /> : <Empty title={t("data.noFields")} />;
  }
  return (
    <Tree
      label={t("data.schema")}
      lines={shown}
      idOf={(row) => row.id}
      draw={(row) => <TreeLine row={row} origin={origin} onToggle={toggle} onPick={onPick} />}
    />
  );
}
