import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { asCopied } from "~/data/kinds";
import { fieldPath, type Path } from "~/model/expression";
import { Dialog, Loading } from "~/ui";
import css from "../code/code.module.css";
import { Gives } from "../form/FieldFoot";
import { useForm } from "../form/Form";

const ExpressionEditor = lazy(() => import("./ExpressionEditor"));

interface Props {
  readonly label: string;
  readonly value: string;
  readonly path: Path;
  readonly onChange: (value: string) => void;
  readonly onClose: () => void;
}

/** An expression over several lines, and all of what it gives. */
export function ExpressionDialog({ label, value, path, onChange, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm();
  const place = fieldPath(path);
  const shown = form.shownAt(place);
  const whole = shown && !shown.error && !shown.too_large;
  return (
    <Dialog
      wide
      open
      title={label}
      text={t("panel.expressionText", { open: "{{", close: "}}" })}
      onClose={onClose}
    >
      <div className={css.wideExpression}>
        <div className={css.editor} data-tall="whole" tabIndex={-1}>
          <Suspense fallback={<Loading />}>
            <ExpressionEditor
              label={label}
              value={value}
              onChange={onChange}
              readOnly={form.readOnly}
              multiline
              completing={form.completing}
              autoFocus
            />
          </Suspense>
        </div>
        <h3>{t("panel.result")}</h3>
        {whole ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
          <pre className={css.result} tabIndex={0}>
            {asCopied(shown.value)}
          </pre>
        ) : (
          <Gives place={place} />
        )}
      </div>
    </Dialog>
  );
}
