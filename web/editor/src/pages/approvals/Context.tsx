import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Failure, Loading } from "~/ui";
import css from "./approvals.module.css";
import { jsonOf, readable } from "./shows";
import type { Asked } from "./useApprovals";

const MOST = 5;

/** The items that the decision is about. */
export function Context({ asked }: { readonly asked: Asked }) {
  const { t } = useTranslation();
  const { execution_id, node_id, run_index } = asked;
  const read = useQuery({
    queryKey: ["approvals", "items", execution_id, node_id, run_index],
    queryFn: () =>
      api().listItems(execution_id, node_id, run_index, { side: "input", limit: MOST }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (read.isPending) {
    return <Loading lines={2} />;
  }
  if (read.isError) {
    return <Failure error={read.error} />;
  }
  const { items, total } = read.data;
  const told = items.map((item) => readable(jsonOf(item)));
  if (told.every((fields) => fields.length === 0)) {
    return null;
  }
  return (
    <div className={css.items}>
      {told.map((fields, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items are known by their place
        <dl key={index} className={css.item}>
          {fields.map(([path, value]) => (
            <div key={path}>
              <dt>{path}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ))}
      {total > items.length ? (
        <p className={css.quiet}>{t("approvals.moreItems", { count: total - items.length })}</p>
      ) : null}
    </div>
  );
}
