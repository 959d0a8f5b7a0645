import type { models } from "@penstock/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { RotateCcw, Send } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { itemsSource } from "~/data/source";
import { useFigures } from "~/i18n/useFigures";
import { useVersions } from "~/pages/versions/history";
import { Button, Dialog, Failure, Loading, Select, tell, tellFailure } from "~/ui";
import css from "./webhooks.module.css";

const Items = lazy(async () => ({ default: (await import("~/data/DataView")).DataView }));

interface Props {
  readonly one: models.StoredDelivery;
  readonly workflow: string;
  readonly onClose: () => void;
}

/** What a call brought, and carrying it out again. */
export function Delivery({ one, workflow, onClose }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const mayRun = useGrant("workflow:run");
  const read = useQuery({
    queryKey: ["delivery", one.endpoint_id, one.delivery_id],
    queryFn: () => api().showDelivery(one.endpoint_id, one.delivery_id),
  });
  const source = useMemo(
    () => (read.data ? itemsSource(read.data.items, `delivery/${one.delivery_id}`) : null),
    [read.data, one.delivery_id],
  );
  const foot = mayRun ? <Again one={one} workflow={workflow} /> : null;
  return (
    <Dialog
      open
      wide
      title={`${one.method} ${one.path}`}
      text={t("webhooks.received", { moment: figures.exact(one.received_ms) })}
      onClose={onClose}
      foot={foot}
    >
      <p className={css.note}>
        {t("webhooks.deliveryId")} <code>{one.delivery_id}</code>
      </p>
      {read.isPending ? <Loading /> : null}
      {read.isError ? <Failure error={read.error} onRetry={() => void read.refetch()} /> : null}
      {source ? (
        <div className={css.data}>
          <Suspense fallback={<Loading />}>
            <Items label={t("webhooks.brought")} source={source} />
          </Suspense>
        </div>
      ) : null}
    </Dialog>
  );
}

/** With the version of then, or with any other. */
function Again({ one, workflow }: Omit<Props, "onClose">) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState("");
  const versions = useVersions(workflow);
  const numbers = (versions.data ?? []).map((version) => version.number);
  const wanted = Number(chosen || numbers[0] || 0);
  const began = {
    onSuccess: ({ execution }: models.Redelivered) => {
      tell(t("webhooks.again"));
      void navigate({ to: "/executions/$execution", params: { execution } });
    },
    onError: tellFailure,
  };
  const replay = useMutation({
    mutationFn: () => api().replayDelivery(one.endpoint_id, one.delivery_id),
    ...began,
  });
  const redrive = useMutation({
    mutationFn: () => api().redriveDelivery(one.endpoint_id, one.delivery_id, { version: wanted }),
    ...began,
  });
  return (
    <>
      <Button busy={replay.isPending} onClick={() => replay.mutate()}>
        <RotateCcw aria-hidden />
        {t("webhooks.replay")}
      </Button>
      {numbers.length > 0 ? (
        <>
          <Select
            className={css.versions ?? ""}
            aria-label={t("webhooks.whichVersion")}
            value={wanted}
            onChange={({ target }) => setChosen(target.value)}
          >
            {(versions.data ?? []).map((version) => (
              <option key={version.number} value={version.number}>
                {[t("webhooks.version", { number: version.number }), version.name]
                  .filter(Boolean)
                  .join(" · ")}
              </option>
            ))}
          </Select>
          <Button busy={redrive.isPending} onClick={() => redrive.mutate()}>
            <Send aria-hidden />
            {t("webhooks.redrive")}
          </Button>
        </>
      ) : null}
    </>
  );
}
