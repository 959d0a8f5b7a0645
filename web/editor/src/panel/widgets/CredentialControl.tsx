import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus, Settings2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { Badge, Button, Failure, Select } from "~/ui";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import type { ControlProps } from "./Control";
import { useDescribed } from "./described";

const CredentialDialog = lazy(() => import("../credentials/CredentialDialog"));

/** The slot of a credential: choose one that fits, make one, test it, all without leaving. */
export function CredentialControl(props: ControlProps) {
  const { field, path } = props;
  const { t } = useTranslation();
  const form = useForm();
  const described = useDescribed(props);
  const canMake = useGrant("credential:write");
  const [dialog, setDialog] = useState<"new" | "look" | null>(null);
  const asked = useQuery({ queryKey: ["credentials", "all"], queryFn: readAll, staleTime: 30_000 });
  const slot = String(path.at(-1));
  const bound = form.node.credentials?.[slot] ?? "";
  const accepts = (type: string) => field.accepts.length === 0 || field.accepts.includes(type);
  const fits = (asked.data ?? []).filter((one) => accepts(one.credential.type));
  const current = fits.find((one) => one.credential.id === bound);
  const bind = (id: string) => form.set(["@credentials", slot], id || undefined);
  return (
    <div>
      <div className={css.credentialLine}>
        <Select
          {...described}
          value={bound}
          disabled={form.readOnly}
          onChange={(event) => bind(event.target.value)}
        >
          <option value="">{t("panel.credential.none")}</option>
          {bound && !current && !asked.isPending ? (
            <option value={bound}>{t("panel.credential.unknown", { id: bound })}</option>
          ) : null}
          {fits.map(({ credential }) => (
            <option key={credential.id} value={credential.id}>
              {credential.name}
            </option>
          ))}
        </Select>
        {current ? (
          <Button onClick={() => setDialog("look")}>
            <Settings2 aria-hidden /> {t("panel.credential.look")}
          </Button>
        ) : null}
        {canMake && !form.readOnly ? (
          <Button onClick={() => setDialog("new")}>
            <Plus aria-hidden /> {t("panel.credential.new")}
          </Button>
        ) : null}
      </div>
      {asked.error ? <Failure error={asked.error} onRetry={() => void asked.refetch()} /> : null}
      {current?.credential.test_error ? (
        <Badge tone="bad">
          <KeyRound aria-hidden /> {t("panel.credential.fails")}
        </Badge>
      ) : null}
      {current?.overdue ? (
        <Badge tone="warn">
          <KeyRound aria-hidden /> {t("panel.credential.overdue")}
        </Badge>
      ) : null}
      {dialog ? (
        <Suspense fallback={null}>
          <CredentialDialog
            accepts={field.accepts}
            value={dialog === "look" ? current?.credential : undefined}
            onSaved={bind}
            onClose={() => setDialog(null)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

async function readAll(): Promise<readonly models.CredentialShown[]> {
  const found: models.CredentialShown[] = [];
  for await (const one of api().listCredentials({ limit: 200 })) {
    found.push(one);
  }
  return found;
}
