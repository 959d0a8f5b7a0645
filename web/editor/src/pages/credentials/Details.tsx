import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useCredential } from "~/api/credentials";
import { About, useGrant } from "~/api/queries";
import { useFigures } from "~/i18n/useFigures";
import { Badge, Button, Dialog, Failure, Loading, type Tab, Tabs } from "~/ui";
import { Connect } from "./Connect";
import { CredentialForm } from "./CredentialForm";
import css from "./credentials.module.css";
import { remove } from "./remove";
import { Sharing } from "./Sharing";
import { StateOf } from "./StateOf";
import { Testing } from "./Testing";
import { useCredentialTypes } from "./types";
import { UsedBy } from "./UsedBy";

interface Props {
  readonly id: string;
  readonly tab: string;
  readonly onTab: (tab: string) => void;
  readonly onClose: () => void;
}

/** Everything about a credential that is no secret. */
export function Details(props: Props) {
  return (
    <About value={props.id}>
      <OneCredential {...props} />
    </About>
  );
}

function OneCredential({ id, tab, onTab, onClose }: Props) {
  const { t } = useTranslation();
  const mayDelete = useGrant("credential:delete");
  const [removing, setRemoving] = useState(false);
  const found = useCredential(id);
  const credential = found.data?.credential;
  const takeAway = async () => {
    if (!credential) {
      return;
    }
    setRemoving(true);
    const gone = await remove(credential, t);
    setRemoving(false);
    if (gone) {
      onClose();
    }
  };
  return (
    <Dialog
      open
      wide
      title={credential?.name ?? t("credentials.one")}
      onClose={onClose}
      foot={
        mayDelete && credential ? (
          <Button
            look="danger"
            className={css.left}
            busy={removing}
            onClick={() => void takeAway()}
          >
            <Trash2 aria-hidden />
            {t("common.delete")}
          </Button>
        ) : null
      }
    >
      {found.isPending ? <Loading lines={6} /> : null}
      {found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data ? <Parts shown={found.data} tab={tab} onTab={onTab} onClose={onClose} /> : null}
    </Dialog>
  );
}

interface PartsProps extends Omit<Props, "id"> {
  readonly shown: models.CredentialShown;
}

function Parts({ shown, tab, onTab, onClose }: PartsProps) {
  const { t } = useTranslation();
  const mayWrite = useGrant("credential:write");
  const mayUse = useGrant("credential:use");
  const types = useCredentialTypes().data;
  const { credential } = shown;
  const { moment } = useFigures();
  const tabs: Tab[] = [
    {
      id: "fields",
      title: t("credentials.fields"),
      stays: true,
      body: () =>
        mayWrite ? (
          <CredentialForm type={credential.type} value={credential} onSaved={onClose} />
        ) : (
          <Reading credential={credential} />
        ),
    },
  ];
  if (credential.scheme === "oauth2" && mayWrite) {
    tabs.push({
      id: "account",
      title: t("credentials.account"),
      body: () => <Connect credential={credential} />,
    });
  }
  if (mayUse) {
    const type = types?.find((one) => one.type === credential.type);
    tabs.push({
      id: "test",
      title: t("common.test"),
      body: () => <Testing credential={credential} type={type} />,
    });
  }
  tabs.push(
    {
      id: "usage",
      title: t("credentials.usage"),
      body: () => <UsedBy credential={credential.id} />,
    },
    {
      id: "sharing",
      title: t("credentials.sharing"),
      body: () => <Sharing kind="credential" id={credential.id} />,
    },
  );
  const chosen = tabs.some((one) => one.id === tab) ? tab : "fields";
  return (
    <>
      <p className={css.facts}>
        <Badge>
          {types?.find((one) => one.type === credential.type)?.title ?? credential.type}
        </Badge>
        <StateOf shown={shown} />
        <span>{t("credentials.enteredAt", { when: moment(credential.entered_ms) })}</span>
      </p>
      <Tabs label={credential.name} tabs={tabs} chosen={chosen} onChoose={onTab} />
    </>
  );
}

function Reading({ credential }: { readonly credential: models.CredentialsListed }) {
  const { t } = useTranslation();
  const rows = [
    ...Object.entries(credential.public).map(([name, value]) => [name, String(value)] as const),
    ...credential.filled.map((name) => [name, t("credentials.filled")] as const),
    [t("credentials.hosts"), credential.hosts.join(", ") || "–"] as const,
  ];
  return (
    <dl className={css.reading}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
