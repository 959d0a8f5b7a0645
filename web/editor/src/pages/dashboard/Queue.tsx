import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { whole } from "~/api/whole";
import { useFigures } from "~/i18n/useFigures";
import { Table, When } from "~/ui";
import css from "./dashboard.module.css";
import { Section } from "./Section";

const AGAIN_MS = 10_000;

/** What is queued, by pool. */
export function Queue() {
  const { t } = useTranslation();
  const { count } = useFigures();
  const queue = useQuery({
    queryKey: ["dashboard", "queue"],
    queryFn: ({ signal }) => whole(api().showQueue({ signal })),
    refetchInterval: AGAIN_MS,
  });
  return (
    <Section title={t("dashboard.queue")} asked={queue} nothing={t("dashboard.nobodyWaits")}>
      {(found) => (
        <Table aria-label={t("dashboard.queue")}>
          <thead>
            <tr>
              <th scope="col">{t("dashboard.pool")}</th>
              <th scope="col" className={css.number}>
                {t("dashboard.queued")}
              </th>
              <th scope="col">{t("dashboard.oldestSince")}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((one) => (
              <tr key={one.pool}>
                <td>{one.pool}</td>
                <td className={css.number}>{count(one.queued)}</td>
                <td>
                  <When ms={one.oldest_ms} ago />
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
