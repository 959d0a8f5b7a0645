import { useQuery } from "@tanstack/react-query";
import { Ear, ExternalLink } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { whole } from "~/api/whole";
import { useEditing } from "~/editing/store";
import type { Node } from "~/model/document";
import { show } from "~/running";
import { useAsking } from "~/running/asking";
import { Capture } from "~/running/Capture";
import { Button, Copy, classOf, Dialog } from "~/ui";
import fieldCss from "./form/form.module.css";
import css from "./panel.module.css";

/** What is looked at, where others are called. */
const PAGES: ReadonlySet<string> = new Set(["FORM", "CHAT"]);

/** Where a trigger is called: for good once it is published, and once for a trial. */
export function Addresses({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const workflow = useEditing((state) => state.workflow);
  const active = useEditing((state) => state.about?.active_version ?? null);
  const mayRun = useGrant("workflow:run");
  const [listening, setListening] = useState(false);
  const asked = useQuery({
    queryKey: ["webhooks", "panel", workflow, active],
    queryFn: () => whole(api().listWebhooks({ workflow })),
    enabled: workflow !== "" && active !== null,
  });
  const found = asked.data?.filter((one) => one.node_id === node.id) ?? [];
  const called = (execution: string) => {
    setListening(false);
    useAsking.setState({ begun: execution });
    show(execution);
  };
  return (
    <section className={css.facts} aria-label={t("panel.addresses")}>
      {found.map((one) => {
        const url = new URL(one.url, window.location.origin).href;
        return (
          <div key={one.id} className={css.address}>
            {PAGES.has(one.method) ? null : <strong>{one.method}</strong>}
            <code>{decodeURI(url)}</code>
            {PAGES.has(one.method) ? (
              <a className={classOf()} href={url} target="_blank" rel="noreferrer">
                <ExternalLink aria-hidden /> {t("panel.openPage")}
              </a>
            ) : null}
            <Copy text={url} label={t("panel.copyAddress")} />
          </div>
        );
      })}
      {found.length === 0 ? <p className={fieldCss.hint}>{t("panel.noAddress")}</p> : null}
      {mayRun ? (
        <Button onClick={() => setListening(true)}>
          <Ear aria-hidden /> {t("panel.listen")}
        </Button>
      ) : null}
      {listening ? (
        <Dialog open wide title={t("panel.listen")} onClose={() => setListening(false)}>
          <Capture workflow={workflow} trigger={node.id} onCalled={called} />
        </Dialog>
      ) : null}
    </section>
  );
}
