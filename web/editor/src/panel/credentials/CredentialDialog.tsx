import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useCredential } from "~/api/credentials";
import { useGrant } from "~/api/queries";
import { Connect } from "~/pages/credentials/Connect";
import { CredentialForm } from "~/pages/credentials/CredentialForm";
import { Testing } from "~/pages/credentials/Testing";
import { useCredentialTypes } from "~/pages/credentials/types";
import { Button, Dialog, Field, Loading, Select } from "~/ui";
import css from "../panel.module.css";

interface Props {
  /** Types that fit; none: all do. */
  readonly accepts: readonly string[];
  /** The one to look at; without it a new one is made. */
  readonly value?: models.CredentialsListed | undefined;
  readonly onSaved: (id: string) => void;
  readonly onClose: () => void;
}

/** A credential: entered, connected and tested, over the panel that needs it. */
export default function CredentialDialog({ accepts, value, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const [made, setMade] = useState("");
  const id = value?.id ?? made;
  const title = id ? t("panel.credential.title") : t("panel.credential.newTitle");
  return (
    <Dialog open title={title} onClose={onClose}>
      {id ? (
        <Known id={id} fresh={made !== ""} onClose={onClose} />
      ) : (
        <Making
          accepts={accepts}
          onCancel={onClose}
          onSaved={(saved) => {
            onSaved(saved);
            setMade(saved);
          }}
        />
      )}
    </Dialog>
  );
}

interface MakingProps {
  readonly accepts: readonly string[];
  readonly onSaved: (id: string) => void;
  readonly onCancel: () => void;
}

function Making({ accepts, onSaved, onCancel }: MakingProps) {
  const { t } = useTranslation();
  const types = useCredentialTypes();
  const fitting = (types.data ?? []).filter(
    (one) => accepts.length === 0 || accepts.includes(one.type),
  );
  const [chosen, setChosen] = useState("");
  const type = chosen || fitting[0]?.type || accepts[0] || "";
  return (
    <>
      {fitting.length > 1 ? (
        <Field label={t("panel.credential.type")}>
          <Select value={type} onChange={(event) => setChosen(event.target.value)}>
            {fitting.map((one) => (
              <option key={one.type} value={one.type}>
                {one.title}
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
      {type ? (
        <CredentialForm key={type} type={type} onSaved={onSaved} onCancel={onCancel} />
      ) : (
        <Loading />
      )}
    </>
  );
}

function Known({ id, fresh, onClose }: { id: string; fresh: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const types = useCredentialTypes();
  const canWrite = useGrant("credential:write");
  const [changing, setChanging] = useState(false);
  const asked = useCredential(id);
  const credential = asked.data?.credential;
  if (!credential) {
    return <Loading />;
  }
  if (changing) {
    return (
      <CredentialForm
        type={credential.type}
        value={credential}
        onSaved={() => setChanging(false)}
        onCancel={() => setChanging(false)}
      />
    );
  }
  const signsIn = credential.scheme === "oauth2" && canWrite;
  return (
    <div className={css.stack}>
      <p>
        <strong>{credential.name}</strong>
        {fresh ? ` · ${t("panel.credential.saved")}` : ""}
      </p>
      {signsIn ? <Connect credential={credential} /> : null}
      <Testing
        credential={credential}
        type={types.data?.find((one) => one.type === credential.type)}
      />
      <div className={css.dialogRow}>
        {canWrite ? (
          <Button onClick={() => setChanging(true)}>{t("panel.credential.change")}</Button>
        ) : null}
        <Button look="primary" onClick={onClose}>
          {t("panel.done")}
        </Button>
      </div>
    </div>
  );
}
