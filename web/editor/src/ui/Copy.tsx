import { Check, Copy as Sheets } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import { toClipboard } from "./clipboard";
import { tellFailure } from "./told";

const SHOWN_MS = 1_600;

interface Props {
  readonly text: string;
  /** What is copied: "Copy the address". */
  readonly label?: string;
}

/** Puts a text into the clipboard, and says so for a moment. */
export function Copy({ text, label }: Props) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) {
      return;
    }
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = () => toClipboard(text).then(() => setDone(true), tellFailure);
  return (
    <IconButton label={done ? t("common.copied") : (label ?? t("common.copy"))} onClick={copy}>
      {done ? <Check /> : <Sheets />}
    </IconButton>
  );
}
