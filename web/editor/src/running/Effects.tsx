import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useDocument } from "~/editing/store";
import { findNode } from "~/model/document";
import { Dialog, Empty, Failure, Loading } from "~/ui";
import { useAsking } from "./asking";
import { readEffects } from "./readEffects";
import css from "./running.module.css";
import { useRun } from "./scope";

/** What a simulation would have sent, in order. */
export function Effects() {
  const isShown = useAsking((asking) => asking.effects);
  return isShown ? <EffectsDialog /> : null;
}

function EffectsDialog() {
  const { t } = useTranslation();
  const execution = useRun((run) => run.execution);
  const document = useDocument();
  const effects = useQuery({
    queryKey: ["effects", execution],
    queryFn: () => readEffects(execution),
  });
  const close = () => useAsking.setState({ effects: false });
  const found = effects.data ?? [];
  return (
    <Dialog
      open
      wide
      title={t("running.effectsTitle")}
      text={t("running.effectsText")}
      onClose={close}
    >
      {effects.isPending ? <Loading /> : null}
      {effects.isError ? <Failure error={effects.error} /> : null}
      {effects.isSuccess && found.length === 0 ? (
        <Empty icon={<Send aria-hidden />} title={t("running.noEffects")} />
      ) : null}
      <ol className={css.effects}>
        {found.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change
          <li key={index}>
            <strong>{findNode(document, one.node_id)?.name ?? one.node_id}</strong>
            <span>{one.line.message}</span>
            {Object.keys(one.line.data ?? {}).length > 0 ? (
              <details>
                <summary>{t("running.effectDetails")}</summary>
                <pre className={css.code}>{JSON.stringify(one.line.data, null, 2)}</pre>
              </details>
            ) : null}
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
