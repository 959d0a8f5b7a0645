import { Maximize2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog, IconButton, TextArea } from "~/ui";
import type { Completing } from "../expression/completing";
import css from "../form/form.module.css";
import codeCss from "./code.module.css";
import type { CodeLanguage } from "./languages";

const Editor = lazy(() => import("./Editor"));

export interface EditorProps {
  readonly language: CodeLanguage;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onBlur?: (() => void) | undefined;
  readonly readOnly?: boolean | undefined;
  readonly placeholder?: string | undefined;
  readonly label?: string | undefined;
  readonly labelledBy?: string | undefined;
  readonly completing?: Completing | undefined;
  /** What is written where a field is dropped. */
  readonly wrap?: ((code: string) => string) | undefined;
}

interface Props extends EditorProps {
  readonly tall?: boolean;
}

/** Code, in the field or, for more room, in a dialog. */
export function CodeEditor({ tall = false, ...props }: Props) {
  const { t } = useTranslation();
  const [wide, setWide] = useState(false);
  const waiting = (
    <TextArea
      aria-label={t("common.loading")}
      className={codeCss.mono ?? ""}
      readOnly
      value={props.value}
    />
  );
  return (
    <div className={codeCss.editor} data-tall={tall || undefined} tabIndex={-1}>
      <Suspense fallback={waiting}>{wide ? waiting : <Editor {...props} />}</Suspense>
      <IconButton
        className={`${css.tiny} ${codeCss.expand}`}
        label={t("panel.expand")}
        onClick={() => setWide(true)}
      >
        <Maximize2 aria-hidden />
      </IconButton>
      <Dialog wide open={wide} title={t("panel.code")} onClose={() => setWide(false)}>
        <div className={codeCss.editor} data-tall="whole" tabIndex={-1}>
          <Suspense fallback={waiting}>
            <Editor {...props} label={t("panel.code")} labelledBy={undefined} />
          </Suspense>
        </div>
      </Dialog>
    </div>
  );
}
