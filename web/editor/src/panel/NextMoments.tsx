import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { whole } from "~/api/whole";
import { useDocument, useEditing } from "~/editing/store";
import type { Node } from "~/model/document";
import { Failure, When } from "~/ui";
import { useLater } from "~/ui/useLater";
import fieldCss from "./form/form.module.css";
import css from "./panel.module.css";

const FRESH_MS = 30_000;
const WAIT_MS = 350;

/** When a schedule starts the workflow next, as it is written now. */
export function NextMoments({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const upcoming = useUpcoming(node);
  const isPaused = useIsPaused(node.id);
  if (upcoming.error) {
    return <Failure error={upcoming.error} />;
  }
  const moments = upcoming.data ?? [];
  return (
    <section className={css.facts} aria-label={t("panel.nextMoments")}>
      {moments.length > 0 ? (
        <>
          <strong>{t("panel.nextMoments")}</strong>
          <ul>
            {moments.map((ms) => (
              <li key={ms}>
                <When ms={ms} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {upcoming.isSuccess ? (
        <p className={fieldCss.hint}>
          {t(moments.length > 0 ? "panel.momentsDraft" : "panel.noMoments")}
        </p>
      ) : null}
      {isPaused ? <p className={fieldCss.hint}>{t("panel.paused")}</p> : null}
    </section>
  );
}

/** The moments of one node: of the rest of the draft nothing is asked. */
function useUpcoming(node: Node) {
  const { format, name, settings } = useDocument();
  const asked = useLater(JSON.stringify({ format, name, settings, nodes: [node] }), WAIT_MS);
  return useQuery({
    queryKey: ["schedules", "upcoming", asked],
    queryFn: async () => (await api().listUpcoming({ document: JSON.parse(asked) })).moments,
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
    retry: false,
  });
}

function useIsPaused(node: string): boolean {
  const workflow = useEditing((state) => state.workflow);
  const active = useEditing((state) => state.about?.active_version ?? null);
  const mayRead = useGrant("schedule:read");
  const asked = useQuery({
    queryKey: ["schedules", "panel", workflow, active],
    queryFn: () => whole(api().listSchedules({ workflow })),
    enabled: mayRead && workflow !== "" && active !== null,
  });
  return asked.data?.some((one) => one.node_id === node && one.paused) ?? false;
}
