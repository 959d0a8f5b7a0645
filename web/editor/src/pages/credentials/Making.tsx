import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Failure, Loading } from "~/ui";
import { ChooseType } from "./ChooseType";
import { CredentialForm } from "./CredentialForm";
import css from "./credentials.module.css";
import { useCredentialTypes } from "./types";

interface Props {
  /** Empty: to be chosen. */
  readonly type: string;
  readonly onType: (type: string) => void;
  readonly onClose: () => void;
  readonly onMade: (id: string, tab: string) => void;
}

/** A new credential: of which type, then its fields. */
export function Making({ type, onType, onClose, onMade }: Props) {
  const { t } = useTranslation();
  const types = useCredentialTypes();
  const kind = types.data?.find((one) => one.type === type);
  // What has an account is connected next; everything else can be tried.
  const next = kind?.kind === "oauth2" ? "account" : "test";
  return (
    <Dialog
      open
      wide={!type}
      title={kind ? t("credentials.newOf", { type: kind.title }) : t("credentials.new")}
      {...(type ? {} : { text: t("credentials.chooseType") })}
      onClose={onClose}
    >
      {types.isPending ? <Loading /> : null}
      {types.isError ? <Failure error={types.error} onRetry={() => void types.refetch()} /> : null}
      {types.data && !type ? <ChooseType types={types.data} onChoose={onType} /> : null}
      {type ? (
        <>
          <Button look="quiet" className={css.back} onClick={() => onType("")}>
            <ArrowLeft aria-hidden />
            {t("credentials.otherType")}
          </Button>
          <CredentialForm
            type={type}
            onSaved={(id) => onMade(id, kind?.kind === "incoming" ? "usage" : next)}
            onCancel={onClose}
          />
        </>
      ) : null}
    </Dialog>
  );
}
