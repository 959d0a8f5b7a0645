import { useMutation, useQuery } from "@tanstack/react-query";
import { Eraser } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { cache, useGrant, useNodeTypes } from "~/api/queries";
import { whole } from "~/api/whole";
import { useFigures } from "~/i18n/useFigures";
import { Button, confirm, IconButton, Table, tell, tellFailure } from "~/ui";
import css from "./dashboard.module.css";
import { Section } from "./Section";

/** What is kept of the results of steps, and how often it was used. */
export function StepCache() {
  const { t } = useTranslation();
  const figures = useFigures();
  const types = useNodeTypes();
  const mayClear = useGrant("execution:write");
  const kept = useQuery({
    queryKey: ["dashboard", "cache"],
    queryFn: ({ signal }) => whole(api().listStepCache({ signal })),
  });
  const clearing = useMutation({
    mutationFn: (node_type: string) => api().clearStepCache({ node_type }),
    onSuccess: ({ cleared }) => {
      tell(t("dashboard.cleared", { count: cleared }));
      return cache.invalidateQueries({ queryKey: ["dashboard", "cache"] });
    },
    onError: tellFailure,
  });
  const clear = async (type: string, title: string) => {
    const question = {
      title: t("dashboard.clearTitle", { title }),
      text: t("dashboard.clearText"),
      deed: t("dashboard.clear"),
      danger: true,
    };
    if (await confirm(question)) {
      clearing.mutate(type);
    }
  };
  return (
    <Section
      title={t("dashboard.cache")}
      text={t("dashboard.cacheText")}
      asked={kept}
      nothing={t("dashboard.noCache")}
      actions={
        mayClear ? (
          <Button onClick={() => void clear("", t("dashboard.allTypes"))}>
            <Eraser aria-hidden />
            {t("dashboard.clearAll")}
          </Button>
        ) : null
      }
    >
      {(found) => (
        <Table aria-label={t("dashboard.cache")}>
          <thead>
            <tr>
              <th scope="col">{t("dashboard.nodeType")}</th>
              <th scope="col" className={css.number}>
                {t("dashboard.entries")}
              </th>
              <th scope="col" className={css.number}>
                {t("dashboard.hits")}
              </th>
              <th scope="col" className={css.number}>
                {t("dashboard.size")}
              </th>
              <th scope="col">
                <span className="visually-hidden">{t("common.more")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((one) => {
              const title = types.get(one.node_type)?.title ?? one.node_type;
              const asked = one.hits + one.misses;
              return (
                <tr key={one.node_type}>
                  <td>{title}</td>
                  <td className={css.number}>{figures.count(one.entries)}</td>
                  <td className={css.number}>
                    {figures.count(one.hits)}
                    {asked ? ` (${figures.share(one.hits / asked)})` : ""}
                  </td>
                  <td className={css.number}>{figures.bytes(one.size)}</td>
                  <td className={css.number}>
                    {mayClear ? (
                      <IconButton
                        label={t("dashboard.clearOf", { title })}
                        onClick={() => void clear(one.node_type, title)}
                      >
                        <Eraser aria-hidden />
                      </IconButton>
                    ) : null}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
