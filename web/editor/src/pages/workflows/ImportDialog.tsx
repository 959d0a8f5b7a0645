import { useNavigate } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { Button, Dialog, Failure, Field, Loading, TextArea, tell } from "~/ui";
import css from "./dialogs.module.css";
import { ImportReport } from "./ImportReport";
import { joined, MOST_BYTES, readText } from "./importing";
import { refreshLibrary } from "./library";

interface Props {
  readonly folder: string;
  readonly onClose: () => void;
}

type Step =
  | { readonly at: "giving" }
  | { readonly at: "reading" }
  | { readonly at: "looking"; readonly data: unknown; readonly found: models.ImportDone }
  | { readonly at: "kept"; readonly found: models.ImportDone };

/** Takes workflows from a file or a pasted text, and shows what comes of them before they are kept. */
export function ImportDialog({ folder, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>({ at: "giving" });
  // Still there when it was refused, or when somebody comes back to it.
  const [text, setText] = useState("");
  const [error, setError] = useState<unknown>(null);

  const look = async (data: unknown) => {
    setError(null);
    setStep({ at: "reading" });
    try {
      setStep({ at: "looking", data, found: await api().importWorkflows({ data, preview: true }) });
    } catch (refused) {
      setError(refused);
      setStep({ at: "giving" });
    }
  };
  const keep = async (data: unknown) => {
    setStep({ at: "reading" });
    try {
      const found = await api().importWorkflows({ data, folder });
      await refreshLibrary();
      const kept = found.workflows.filter((one) => one.workflow);
      const [only] = kept;
      tell(t("workflows.imported", { count: kept.length }));
      if (only?.workflow && found.workflows.length === 1) {
        onClose();
        await navigate({ to: "/workflows/$workflow", params: { workflow: only.workflow } });
      } else {
        setStep({ at: "kept", found });
      }
    } catch (refused) {
      setError(refused);
      setStep({ at: "giving" });
    }
  };
  const some = step.at === "looking" && step.found.workflows.some((one) => !one.error);
  const foot =
    step.at === "looking" ? (
      <>
        <Button onClick={() => setStep({ at: "giving" })}>{t("common.back")}</Button>
        <Button look="primary" disabled={!some} onClick={() => void keep(step.data)}>
          {t("workflows.importKeep", {
            count: step.found.workflows.filter((one) => !one.error).length,
          })}
        </Button>
      </>
    ) : (
      <Button onClick={onClose}>{t(step.at === "kept" ? "common.close" : "common.cancel")}</Button>
    );
  return (
    <Dialog open wide title={t("workflows.importTitle")} onClose={onClose} foot={foot}>
      {error ? <Failure error={error} /> : null}
      {step.at === "giving" ? (
        <Giving text={text} onText={setText} onGiven={(data) => void look(data)} />
      ) : null}
      {step.at === "reading" ? <Loading lines={6} /> : null}
      {step.at === "looking" || step.at === "kept" ? (
        <ImportReport found={step.found} onOpen={onClose} />
      ) : null}
    </Dialog>
  );
}

interface GivingProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onGiven: (data: unknown) => void;
}

/** A file, several, or a text. */
function Giving({ text, onText, onGiven }: GivingProps) {
  const { t } = useTranslation();
  const [wrong, setWrong] = useState("");
  const [over, setOver] = useState(false);
  const take = async (files: Iterable<File>) => {
    const all = [...files];
    if (all.reduce((sum, one) => sum + one.size, 0) > MOST_BYTES) {
      setWrong(t("workflows.importLarge"));
      return;
    }
    onGiven(joined((await Promise.all(all.map((one) => one.text()))).map(readText)));
  };
  return (
    <>
      <label
        className={css.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take(event.dataTransfer.files);
        }}
      >
        <FileUp aria-hidden />
        <strong>{t("workflows.importFile")}</strong>
        <span className={css.quiet}>{t("workflows.importFileHint")}</span>
        <input
          type="file"
          className="visually-hidden"
          accept=".json,.yaml,.yml,.txt,application/json"
          multiple
          onChange={(event) => {
            const { files } = event.target;
            if (files?.length) {
              void take(files);
            }
          }}
        />
      </label>
      <Field label={t("workflows.importText")} wrong={wrong}>
        <TextArea
          rows={6}
          spellCheck={false}
          value={text}
          placeholder='{"format": "penstock/1", …}'
          onChange={(event) => onText(event.target.value)}
        />
      </Field>
      <Button look="primary" disabled={!text.trim()} onClick={() => onGiven(readText(text))}>
        {t("workflows.importLook")}
      </Button>
    </>
  );
}
