import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, CirclePause } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { whole } from "~/api/whole";
import { useFigures } from "~/i18n/useFigures";
import { Badge, Table, When } from "~/ui";
import css from "./dashboard.module.css";
import { Section } from "./Section";

const AGAIN_MS = 10_000;
/** A process that lives says so much oftener. */
const SILENT_MS = 60_000;

/** The processes of the installation. */
export function Workers() {
  const { t } = useTranslation();
  const workers = useQuery({
    queryKey: ["dashboard", "workers"],
    queryFn: ({ signal }) => whole(api().listWorkers({ signal })),
    refetchInterval: AGAIN_MS,
  });
  return (
    <Section title={t("dashboard.workers")} asked={workers} nothing={t("dashboard.noWorkers")}>
      {(found) => (
        <Table aria-label={t("dashboard.workers")}>
          <thead>
            <tr>
              <th scope="col">{t("dashboard.process")}</th>
              <th scope="col">{t("dashboard.state")}</th>
              <th scope="col">{t("dashboard.pools")}</th>
              <th scope="col" className={css.number}>
                {t("dashboard.busy")}
              </th>
              <th scope="col">{t("dashboard.started")}</th>
              <th scope="col">{t("dashboard.seen")}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((one) => (
              <Row key={one.id} worker={one} />
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function Row({ worker }: { readonly worker: models.WorkerShown }) {
  const { t } = useTranslation();
  const { count } = useFigures();
  return (
    <tr>
      <td>
        {worker.host}{" "}
        <span className={css.note}>
          {t(`dashboard.role.${worker.role}`, worker.role)} · {worker.version}
        </span>
      </td>
      <td>
        <StateBadge worker={worker} />
      </td>
      <td>{worker.pools.join(", ") || "–"}</td>
      <td className={css.number}>
        {count(worker.running)} / {count(worker.concurrency)}
      </td>
      <td>
        <When ms={worker.started_ms} ago />
      </td>
      <td>
        <When ms={worker.heartbeat_ms} ago />
      </td>
    </tr>
  );
}

function StateBadge({ worker }: { readonly worker: models.WorkerShown }) {
  const { t } = useTranslation();
  if (Date.now() - worker.heartbeat_ms > SILENT_MS) {
    return (
      <Badge tone="bad">
        <CircleDashed aria-hidden />
        {t("dashboard.silent")}
      </Badge>
    );
  }
  const ending = worker.state === "draining";
  return (
    <Badge tone={ending ? "warn" : "good"}>
      {ending ? <CirclePause aria-hidden /> : <CircleCheck aria-hidden />}
      {t(`dashboard.workerState.${worker.state}`, worker.state)}
    </Badge>
  );
}
